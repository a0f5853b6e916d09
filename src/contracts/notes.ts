/** The meaning of fields, by change type and path. Fields whose name and limits say enough have none. */
export const NOTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'migration.dcs.online-migration.configure': {
    'data.project_id': 'The project that the task belongs to.',
    'data.task_id': 'The migration task. It was created before, and waits in state RUNNING for this change.',
    'data.body.migration_method': 'One full copy, or a full copy followed by all later changes.',
    'data.body.resume_mode': 'How the task reconnects after a network fault.',
    'data.body.bandwidth_limit_mb': 'MB/s, for incremental migration; sent as digits.',
    'data.body.source_instance': 'The Redis to copy from. Give either id or addrs.',
    'data.body.source_instance.id': 'The instance id of a Redis in the cloud.',
    'data.body.source_instance.addrs': 'host:port, or several separated by commas.',
    'data.body.source_instance.password': 'Accepted only by the local stack. Elsewhere use password_ref.',
    'data.body.source_instance.password_ref':
      'The secret that contains the password: a name, an ARN or an SSM path, optionally followed by #key.',
    'data.body.target_instance': 'The Redis to copy to; the same members as the source.',
  },
  'migration.dcs.migration-task.update': {
    'data.project_id': 'The project that the task belongs to.',
    'data.task_id': 'The migration task.',
    'data.body.resume_mode': 'How the task reconnects after a network fault; auto if left out.',
  },
  'migration.sms.task.act': {
    'data.task_id': 'The migration task.',
    'data.body.operation': 'What to do with the task. Not every cloud has each of these.',
    'data.body.template_id': 'A template of the target server.',
    'data.body.switch_hce': 'Switch to Huawei Cloud EulerOS; Linux only.',
    'data.body.is_need_consistency_check': 'Verify that source and target are the same.',
    'data.body.param': 'Names and texts that some editions of the manual allow beside the operation.',
  },
  'migration.sms.task.update': {
    'data.task_id': 'The migration task.',
    'data.body.name': 'The name of the task.',
    'data.body.type': 'Copy files or blocks.',
    'data.body.speed_limit': 'Mbit/s.',
    'data.body.priority': '0 low, 1 standard, 2 high.',
    'data.body.migration_ip': 'The address to which the source sends the data. IPv6 if use_ipv6 is true.',
    'data.body.use_ipv6': 'Whether migration_ip is IPv6 or IPv4.',
    'data.body.enterprise_project_id':
      'May also be called enterprise_project. It is sent under the name that the revision uses.',
    'data.body.enterprise_project': 'Another name for enterprise_project_id. Give only one of them.',
    'data.body.target_disk_ids': 'Ids of the disks, separated by blanks.',
    'data.body.clone_server':
      'Has an effect only while the source server is syncing, stopping, stopped, cutovering, finished or in error.',
  },
};
