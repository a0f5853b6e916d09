/** What a field means, by change type and path; only where its name and its limits don't say it. */
export const NOTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'migration.dcs.online-migration.configure': {
    'data.project_id': 'The project that the task belongs to.',
    'data.task_id': 'The migration task, as it was created; it waits in state RUNNING for this change.',
    'data.body.migration_method': 'One full copy, or a full copy and then all that changes.',
    'data.body.resume_mode': 'How the task reconnects after a network fault.',
    'data.body.bandwidth_limit_mb': 'MB/s, meant for incremental migration; sent as digits.',
    'data.body.source_instance': 'The Redis to copy from, named by exactly one of id and addrs.',
    'data.body.source_instance.id': 'A Redis of the cloud, by its instance id.',
    'data.body.source_instance.addrs': 'host:port, several joined by commas.',
    'data.body.source_instance.password': 'Refused but on the local stack; give password_ref.',
    'data.body.source_instance.password_ref':
      'The secret that holds the password: a name, an ARN or an SSM path, perhaps with #key.',
    'data.body.target_instance': 'The Redis to copy to; the same members as the source.',
  },
  'migration.dcs.migration-task.update': {
    'data.project_id': 'The project that the task belongs to.',
    'data.task_id': 'The migration task.',
    'data.body.resume_mode': 'How the task reconnects after a network fault; auto if left out.',
  },
  'migration.sms.task.act': {
    'data.task_id': 'The migration task.',
    'data.body.operation': 'What to do with the task; which of these a cloud knows is its own affair.',
    'data.body.template_id': 'A template of the target server.',
    'data.body.switch_hce': 'Change to Huawei Cloud EulerOS; Linux only.',
    'data.body.is_need_consistency_check': 'Verify that source and target are the same.',
    'data.body.param': 'Texts by name that some editions of the manual take beside the operation.',
  },
  'migration.sms.task.update': {
    'data.task_id': 'The migration task.',
    'data.body.name': 'The name of the task.',
    'data.body.type': 'Copy files or blocks.',
    'data.body.speed_limit': 'Mbit/s.',
    'data.body.priority': '0 low, 1 standard, 2 high.',
    'data.body.migration_ip': 'Where the source sends the data; IPv6 if use_ipv6 is true.',
    'data.body.use_ipv6': 'Decides the form of migration_ip.',
    'data.body.enterprise_project_id': 'Also taken as enterprise_project; sent under the name of the revision.',
    'data.body.enterprise_project': 'The same as enterprise_project_id; not both.',
    'data.body.target_disk_ids': 'Ids of the disks, a blank between them.',
    'data.body.clone_server':
      'Counts only while the source server is syncing, stopping, stopped, cutovering, finished or in error.',
  },
};
