const DCS_TASK_NAME =
  'The name of the task. Creations of one name are processed in order. The provider publishes no limit; 64 characters is a limit of the relay. A name other than 4 to 64 of A-Z, a-z, digits, _ and - is sent, with a warning in the result.';

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
  'migration.dcs.migration-task.stop': {
    'data.project_id': 'The project that the task belongs to.',
    'data.task_id':
      'The migration task. Wait until its status is TERMINATED. The manuals do not say what a stop answers if the task does not run.',
  },
  'migration.dcs.online-migration.restart': {
    'data.project_id': 'The project that the task belongs to.',
    'data.body.migration_tasks':
      'The id of the migration task, in a list of one. It must be TERMINATED, FAILED or MIGRATION_FAILED. Whether a task in SUCCESS can be restarted is not known. One in RELEASED has no machine any more. The restart copies everything again and overwrites equal keys of the target.',
  },
  'migration.dcs.migration-task.delete': {
    'data.project_id': 'The project that the task belongs to.',
    'data.body.task_id_list':
      'The id of the migration task, in a list of one. If it runs, stop it first and wait until its status is TERMINATED.',
  },
  'migration.dcs.online-migration.exchange-ip': {
    'data.project_id': 'The project that the task belongs to.',
    'data.task_id':
      'The migration task. It must be in its incremental phase. Wait until its task_status is EXCHANGE_SUCCESS. No manual names the word for a failed exchange, so let your wait end after a time of your choice.',
    'data.body': 'May be left out; an empty object is then sent.',
    'data.body.exchanged_ip': 'The addresses to exchange. The manuals do not say what happens if only some are named.',
    'data.body.is_exchange_domain': 'Whether the domain names are exchanged, too.',
  },
  'migration.dcs.online-migration.rollback-ip': {
    'data.project_id': 'The project that the task belongs to.',
    'data.task_id':
      'The migration task. Its task_status must be EXCHANGE_SUCCESS. Wait until it is ROLLBACK_SUCCESS. No manual names the words in between or the word for a failure, so let your wait end after a time of your choice. What clients have written to the new Redis meanwhile is not copied back.',
  },
  'migration.dcs.online-migration.create': {
    'data.project_id': 'The project in which the task is created.',
    'data.body.name': DCS_TASK_NAME,
    'data.body.description': 'A mark in square brackets is added at its end, by which the relay finds the task again.',
    'data.body.subnet_id': 'The network id of the subnet.',
  },
  'migration.dcs.backup-import.create': {
    'data.project_id': 'The project in which the task is created. The import starts at once.',
    'data.body.task_name': DCS_TASK_NAME,
    'data.body.description': 'A mark in square brackets is added at its end, by which the relay finds the task again.',
    'data.body.migration_type': 'The call also had an online migration, which is retired.',
    'data.body.backup_files': 'Give files of a bucket, or a backup_id.',
    'data.body.target_instance.password': 'Accepted only by the local stack. Elsewhere use password_ref.',
    'data.body.target_instance.password_ref':
      'The secret that contains the password: a name, an ARN or an SSM path, optionally followed by #key.',
  },
  'migration.sms.task.create': {
    'data.body.name': 'The name of the task.',
    'data.body.type': 'Copy files or blocks.',
    'data.body.source_server.id':
      'The source server. It must be connected and have no task. Its creations and its deletion are processed in order.',
    'data.body.target_server': 'It needs name and vm_id, unless vm_template_id is given.',
    'data.body.os_type': 'Older editions of the manual require it.',
    'data.body.speed_limit': 'Mbit/s; 0 means no limit.',
    'data.body.priority': '0 low, 1 standard, 2 high.',
  },
  'migration.sms.task.limit-speed': {
    'data.task_id': 'The migration task.',
    'data.body.speed_limit':
      'All limits of a day. They replace those that the task has. The manuals do not say what an empty list does; it probably removes all limits. Nor do they say what overlapping spans, gaps between spans or an end of 24:00 mean.',
    'data.body.speed_limit[].start': 'When the limit begins.',
    'data.body.speed_limit[].end': 'When the limit ends.',
    'data.body.speed_limit[].speed': 'Mbit/s; 0, the default, means no limit.',
    'data.body.speed_limit[].over_speed_threshold': 'Percent by which the speed may be exceeded; 10 if left out.',
  },
  'migration.sms.task.set-options': {
    'data.task_id': 'The migration task.',
    'data.body.configurations': 'Options of the agent, each under its key.',
    'data.body.configurations[].config_key':
      'A key of the manual. One that the newest manual does not have gets a warning.',
  },
  'migration.sms.task.delete': {
    'data.task_id':
      'The migration task. If it runs, stop it first and wait until its state is ABORT. The provider deletes it in the background: wait until a read says that it is gone (SMS.7703 or 404).',
  },
  'migration.sms.source.delete': {
    'data.source_id': 'The source server. Its task must be gone first; otherwise this is refused (SMS.7601).',
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

/** Rights that the manual asks for beside those of the call and its read, by change type. */
export const MORE_RIGHTS: Readonly<Record<string, string>> = {
  'migration.sms.task.delete':
    'The manual also asks for rights at other services: at ECS to show, stop and start a server and to attach and detach a volume; at EVS to use, get and delete a volume; and to delete a snapshot.',
};
