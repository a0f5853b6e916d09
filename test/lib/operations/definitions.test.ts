import { describe, expect, it } from 'vitest';
import { DCS_OPERATIONS } from '../../../src/lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../../../src/lib/operations/sms.ts';

/** By what a change is picked, and by what the result, the log and the manual call it. */
const named = [
  {
    ...{ name: 'configure-dcs-online-migration', call: 'SetOnlineMigrationTask', service: 'dcs' },
    ...{ change: 'migration.dcs.online-migration.configure', revision: undefined, method: 'POST', repeatable: false },
  },
  {
    ...{ name: 'update-dcs-migration-task', call: 'UpdateMigrationTask', service: 'dcs' },
    ...{ change: 'migration.dcs.migration-task.update', revision: undefined, method: 'PUT', repeatable: true },
  },
  {
    ...{ name: 'stop-dcs-migration-task', call: 'StopMigrationTask', service: 'dcs' },
    ...{ change: 'migration.dcs.migration-task.stop', revision: undefined, method: 'POST', repeatable: true },
  },
  {
    ...{ name: 'restart-dcs-online-migration', call: 'BatchRestartOnlineMigrationTasks', service: 'dcs' },
    ...{ change: 'migration.dcs.online-migration.restart', revision: undefined, method: 'POST', repeatable: false },
  },
  {
    ...{ name: 'delete-dcs-migration-task', call: 'DeleteMigrationTask', service: 'dcs' },
    ...{ change: 'migration.dcs.migration-task.delete', revision: undefined, method: 'DELETE', repeatable: true },
  },
  {
    ...{ name: 'exchange-dcs-ip', call: 'ExchangeInstanceIp', service: 'dcs' },
    ...{ change: 'migration.dcs.online-migration.exchange-ip', revision: undefined, method: 'POST', repeatable: false },
  },
  {
    ...{ name: 'roll-back-dcs-ip', call: 'RollbackExchangeInstanceIp', service: 'dcs' },
    ...{ change: 'migration.dcs.online-migration.rollback-ip', revision: undefined, method: 'POST', repeatable: false },
  },
  {
    ...{ name: 'create-dcs-online-migration', call: 'CreateOnlineMigrationTask', service: 'dcs' },
    ...{ change: 'migration.dcs.online-migration.create', revision: undefined, method: 'POST', repeatable: false },
  },
  {
    ...{ name: 'create-dcs-backup-import', call: 'CreateMigrationTask', service: 'dcs' },
    ...{ change: 'migration.dcs.backup-import.create', revision: undefined, method: 'POST', repeatable: false },
  },
  {
    ...{ name: 'update-sms-task', call: 'UpdateTask', service: 'sms' },
    ...{ change: 'migration.sms.task.update', revision: '2024-09', method: 'PUT', repeatable: true },
  },
  {
    ...{ name: 'update-sms-task', call: 'UpdateTask', service: 'sms' },
    ...{ change: 'migration.sms.task.update', revision: '2026-01', method: 'PUT', repeatable: true },
  },
  {
    ...{ name: 'act-on-sms-task', call: 'UpdateTaskStatus', service: 'sms' },
    ...{ change: 'migration.sms.task.act', revision: undefined, method: 'POST', repeatable: false },
  },
  {
    ...{ name: 'limit-sms-task-speed', call: 'UpdateSpeed', service: 'sms' },
    ...{ change: 'migration.sms.task.limit-speed', revision: undefined, method: 'POST', repeatable: true },
  },
  {
    ...{ name: 'set-sms-task-options', call: 'UploadSpecialConfigurationSetting', service: 'sms' },
    ...{ change: 'migration.sms.task.set-options', revision: undefined, method: 'POST', repeatable: true },
  },
  {
    ...{ name: 'delete-sms-task', call: 'DeleteTask', service: 'sms' },
    ...{ change: 'migration.sms.task.delete', revision: undefined, method: 'DELETE', repeatable: true },
  },
  {
    ...{ name: 'delete-sms-source', call: 'DeleteServer', service: 'sms' },
    ...{ change: 'migration.sms.source.delete', revision: undefined, method: 'DELETE', repeatable: true },
  },
  {
    ...{ name: 'create-sms-task', call: 'CreateTask', service: 'sms' },
    ...{ change: 'migration.sms.task.create', revision: undefined, method: 'POST', repeatable: false },
  },
];

describe('the operations', () => {
  it('are these, each with its names, its method and whether it may be repeated', () => {
    const all = [...DCS_OPERATIONS, ...SMS_OPERATIONS].map(
      ({ name, call, service, change, revision, method, repeatable }) => ({
        ...{ name, call, service, change, revision, method, repeatable },
      }),
    );
    expect(all).toEqual(named);
  });

  it.each([[...DCS_OPERATIONS, ...SMS_OPERATIONS]].flat().map((operation) => [operation.name, operation] as const))(
    '%s reads a task with whatever members it is shown',
    (_name, { readBack }) => {
      expect(readBack.reply.parse({ any: ['thing', 1n, null] })).toEqual({ any: ['thing', 1n, null] });
      for (const body of ['text', [], null, undefined, 7]) expect(readBack.reply.safeParse(body).success).toBe(false);
    },
  );
});
