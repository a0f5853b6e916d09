import { describe, expect, it } from 'vitest';
import { readEvent } from '../../../src/lib/change/change.ts';
import {
  type InvalidChange,
  type ValidationSettings,
  type ValidChange,
  validate,
} from '../../../src/lib/change/validate.ts';
import { parseJson } from '../../../src/lib/json/exact-json.ts';
import { updateDcsMigrationTask } from '../../../src/lib/operations/update-dcs-migration-task.ts';
import { ALL_OPERATIONS, PROJECT } from '../../support/relay-under-test.ts';

const SETTINGS: ValidationSettings = { operations: ALL_OPERATIONS, revision: '2026-01', allowInlineSecrets: false };
const DCS = {
  specversion: '1.0',
  id: 'i',
  source: '/s',
  type: 'migration.dcs.migration-task.update',
  data: { project_id: PROJECT, task_id: 't', body: { resume_mode: 'auto' } },
};
const SMS = { ...DCS, type: 'migration.sms.task.update', data: { task_id: 't', body: {} } };
const CONFIGURE = {
  ...DCS,
  type: 'migration.dcs.online-migration.configure',
  data: {
    project_id: PROJECT,
    task_id: 't',
    body: {
      migration_method: 'full_amount_migration',
      resume_mode: 'auto',
      source_instance: { addrs: 'a:1', password: 'CANARY' },
      target_instance: { id: 'x', password: 'CANARY' },
    },
  },
};
const check = (event: unknown, over: Partial<ValidationSettings> = {}) =>
  validate(readEvent(event), { ...SETTINGS, ...over });
const accepted = (event: unknown, over: Partial<ValidationSettings> = {}) => check(event, over) as ValidChange;
const refused = (event: unknown, over: Partial<ValidationSettings> = {}) => check(event, over) as InvalidChange;

const SUBJECT = { service: 'dcs', kind: 'migration-task', id: 't', project_id: PROJECT };

describe('a change', () => {
  it('that fits its operation is valid, and has its subject and its name', () => {
    expect(accepted({ ...DCS, sequence: '7', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })).toEqual({
      kind: 'valid',
      event: expect.objectContaining({ id: 'i', source: '/s', type: DCS.type, data: DCS.data }),
      operation: updateDcsMigrationTask,
      data: DCS.data,
      subject: SUBJECT,
      omitted: [],
      warnings: [],
      name: {
        ...{ id: 'i', source: '/s', type: DCS.type, sequence: '7', operation: 'update-dcs-migration-task' },
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        subject: SUBJECT,
      },
    });
  });

  it('without a project names none', () => {
    expect(accepted(SMS).subject).toStrictEqual({ service: 'sms', kind: 'task', id: 't' });
  });

  it('has in its name only the attributes that it has', () => {
    expect(accepted(DCS).name).toStrictEqual({
      ...{ id: 'i', source: '/s', type: DCS.type, operation: 'update-dcs-migration-task' },
      subject: SUBJECT,
    });
    expect(refused({ ...DCS, type: 'other' }).name).toStrictEqual({ id: 'i', source: '/s' });
    expect(refused({ ...DCS, sequence: 'x', traceparent: 'x' }).name).toStrictEqual({ id: 'i', source: '/s' });
  });

  it('whose envelope is wrong is refused under its name, without a type', () => {
    expect(refused({ ...DCS, sequence: 'x' })).toMatchObject({
      kind: 'invalid',
      code: 'change_invalid',
      name: { id: 'i', source: '/s' },
      problems: [{ path: 'sequence' }],
    });
    expect(refused({ ...DCS, type: 5 }).name.type).toBeUndefined();
  });

  it('of an unknown type is told the known types, and its own is not repeated', () => {
    const { problems, name } = refused({ ...DCS, type: 'CANARY' }, { operations: [updateDcsMigrationTask] });
    expect(problems).toEqual([{ path: 'type', message: 'must be one of migration.dcs.migration-task.update' }]);
    expect(JSON.stringify(name)).not.toContain('CANARY');
    const types = ALL_OPERATIONS.map(({ change }) => change).filter((type, at, all) => all.indexOf(type) === at);
    expect(types.length).toBeGreaterThan(2);
    expect(refused({ ...DCS, type: 'CANARY' }).problems).toEqual([
      { path: 'type', message: `must be one of ${types.join(', ')}` },
    ]);
  });

  it('of a misspelled type is told its own type, if it looks like one, and the one that is meant', () => {
    const only = { operations: [updateDcsMigrationTask] };
    const messageFor = (type: string) => refused({ ...DCS, type }, only).problems[0]?.message;
    const known = 'must be one of migration.dcs.migration-task.update';
    const suggested = 'must be a type that the relay knows';
    expect(messageFor('migration.dcs.migration-task.updated')).toBe(
      `${suggested}, not migration.dcs.migration-task.updated; did you mean migration.dcs.migration-task.update?`,
    );
    expect(messageFor('com.example.made')).toBe(`${known}, not com.example.made`);
    expect(messageFor('Migration.DCS.migration-task.update')).toBe(
      `${suggested}; did you mean migration.dcs.migration-task.update?`,
    );
    for (const type of ['hunter2', 'a b.c', `a.${'b'.repeat(33)}`, 'AKIA.SECRET']) expect(messageFor(type)).toBe(known);
  });

  it('of an unknown type keeps its name, so that it is recognised', () => {
    expect(refused({ ...DCS, type: 'other' })).toMatchObject({
      kind: 'invalid',
      code: 'change_invalid',
      event: { id: 'i', source: '/s', type: 'other', data: DCS.data },
    });
  });

  it('that does not fit its operation keeps the operation and the type in its name', () => {
    expect(refused({ ...DCS, data: {} })).toMatchObject({
      code: 'change_invalid',
      name: { type: DCS.type, operation: 'update-dcs-migration-task' },
    });
    expect(refused({ ...DCS, data: {} }).name).not.toHaveProperty('subject');
  });

  it.each([
    ['null', null],
    ['text', 'x'],
    ['a list', []],
    ['nothing', undefined],
    ['a number', parseJson('1e400')],
  ])('with %s as data is refused', (_what, data) => {
    for (const event of [DCS, SMS]) expect(refused({ ...event, data }).code).toBe('change_invalid');
  });

  it('that has no name is refused without one', () => {
    expect(refused({ ...DCS, id: undefined })).toMatchObject({ code: 'change_unreadable', name: {} });
    expect(refused({ ...DCS, id: undefined })).not.toHaveProperty('event');
    expect(refused({ ...DCS, id: undefined }).name).toStrictEqual({});
    expect(refused({ ...DCS, id: undefined })).toMatchObject({ kind: 'invalid', problems: [{ path: 'id' }] });
  });
});

describe('a change that only one cloud offers', () => {
  const exchange = {
    ...DCS,
    type: 'migration.dcs.online-migration.exchange-ip',
    data: { project_id: PROJECT, task_id: 't', body: {} },
  };

  it('is refused by a stage of another cloud, in a sentence that names both', () => {
    expect(refused(exchange, { cloud: 'open-telekom-cloud' }).problems).toEqual([
      {
        path: 'type',
        message: 'must be a change that open-telekom-cloud offers; only huawei-cloud has ExchangeInstanceIp',
      },
    ]);
  });

  it('is taken by a stage of that cloud, and where no cloud is meant', () => {
    expect(accepted(exchange, { cloud: 'huawei-cloud' }).operation.name).toBe('exchange-dcs-ip');
    expect(accepted(exchange).operation.name).toBe('exchange-dcs-ip');
    expect(accepted(DCS, { cloud: 'open-telekom-cloud' }).operation.name).toBe('update-dcs-migration-task');
  });
});

describe('the lists of a change', () => {
  const withLists = (disks: number, networks: number) => ({
    ...SMS,
    data: {
      task_id: 't',
      body: { target_server: { disks: Array(disks).fill({}), networks: Array(networks).fill({ mac: 'm' }) } },
    },
  });

  it('may have 5000 elements together', () => {
    expect(accepted(withLists(2500, 2500)).kind).toBe('valid');
  });

  it('may not have one more', () => {
    expect(refused(withLists(2500, 2501)).problems).toEqual([
      { path: 'data', message: 'must have at most 5000 elements in its lists, all of them together' },
    ]);
  });
});

describe('the revision', () => {
  it.each([
    [undefined, '2026-01'],
    ['2024-09', '2024-09'],
    ['https://x.example/schemas/2024-09', '2024-09'],
    ['urn:x/2026-01', '2026-01'],
  ])('that dataschema %s names is %s', (dataschema, revision) => {
    expect(accepted({ ...SMS, dataschema }).operation.revision).toBe(revision);
  });

  it('is the setting where dataschema is absent', () => {
    expect(accepted(SMS, { revision: '2024-09' }).operation.revision).toBe('2024-09');
  });

  it.each(['2025-01', '2024-09/', 'https://x.example/2024-09#x', 'CANARY'])('%s does not exist', (dataschema) => {
    expect(refused({ ...SMS, dataschema }).problems).toEqual([
      { path: 'dataschema', message: 'must end in a revision that is known: 2024-09 or 2026-01' },
    ]);
  });

  it('does not count where an operation has only one', () => {
    expect(accepted({ ...DCS, dataschema: 'https://x.example/anything' }).operation).toBe(updateDcsMigrationTask);
  });

  it('decides which fields are left out', () => {
    const event = { ...SMS, data: { task_id: 't', body: { state: 'RUNNING', name: 'n' } } };
    expect(accepted(event)).toMatchObject({ omitted: ['data.body.state'], data: { body: { name: 'n' } } });
    expect(accepted(event, { revision: '2024-09' })).toMatchObject({ omitted: [], data: event.data });
  });

  it.each([[{ priority: 1 }], [{ source_server: { name: 'n' }, target_server: {} }]])(
    'that leaves nothing of a change causes a warning: %j',
    (body) => {
      const event = { ...SMS, data: { task_id: 't', body } };
      expect(accepted(event).warnings).toEqual([
        'body: has no field of revision 2026-01 of the API, so the request changes nothing',
      ]);
      expect(accepted(event, { revision: '2024-09' }).warnings).toEqual([]);
    },
  );

  it.each([[{}], [{ priority: 1, name: 'n' }]])('causes no other warning: %j', (body) => {
    expect(accepted({ ...SMS, data: { task_id: 't', body } }).warnings).toEqual([]);
  });
});

describe('a secret in a change', () => {
  it('is refused by its paths where the environment says so', () => {
    const refusal = refused(CONFIGURE);
    expect(refusal).toMatchObject({
      code: 'inline_secret_refused',
      problems: ['source', 'target'].map((side) => ({
        path: `data.body.${side}_instance.password`,
        message: 'a password in the change is refused here; use password_ref with the name of a secret',
      })),
      name: { id: 'i', source: '/s', type: CONFIGURE.type, operation: 'configure-dcs-online-migration' },
    });
    expect(JSON.stringify([refusal.problems, refusal.name])).not.toContain('CANARY');
  });

  it('is accepted where the environment allows it', () => {
    expect(accepted(CONFIGURE, { allowInlineSecrets: true }).kind).toBe('valid');
  });
});

describe('a warning', () => {
  it('is given for a change that is carried out although its sender may not mean it', () => {
    const body = { ...CONFIGURE.data.body, bandwidth_limit_mb: 5 };
    const event = { ...CONFIGURE, data: { ...CONFIGURE.data, body } };
    expect(accepted(event, { allowInlineSecrets: true }).warnings).toEqual([
      expect.stringContaining('bandwidth_limit_mb'),
    ]);
  });
});

describe('a trace', () => {
  it('that is broken is dropped with a warning, and the change is accepted', () => {
    for (const traceparent of ['', 'x', 5, `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`]) {
      const change = accepted({ ...DCS, traceparent });
      expect(change.name).not.toHaveProperty('traceparent');
      expect(change.warnings).toEqual([expect.stringMatching(/^traceparent: .*dropped/)]);
    }
    expect(accepted({ ...DCS, traceparent: null, tracestate: 5 }).warnings).toEqual([]);
  });

  it('that is valid is passed on', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(accepted({ ...DCS, traceparent })).toMatchObject({ name: { traceparent }, warnings: [] });
  });
});

describe('a heartbeat', () => {
  const HEARTBEAT = {
    specversion: '1.0',
    id: 'dcs',
    source: 'migration-relay.prod.heartbeat',
    type: 'migration.relay.heartbeat',
  };
  const heartbeat = HEARTBEAT.source;

  it('of the own stage is known by its source and type, whatever else it contains', () => {
    for (const event of [HEARTBEAT, { ...HEARTBEAT, data: { a: 1 } }, { ...HEARTBEAT, id: 'sms' }])
      expect(refused(event, { heartbeat })).toMatchObject({
        code: 'heartbeat',
        name: { id: event.id, source: heartbeat, type: 'migration.relay.heartbeat' },
        problems: [],
      });
  });

  it.each([
    ['of another stage', HEARTBEAT, { heartbeat: 'migration-relay.dev.heartbeat' }],
    ['where none is expected, as at the webhook', HEARTBEAT, {}],
    ['from any other source', { ...HEARTBEAT, source: '/orchestrator' }, { heartbeat }],
    ['for a service that is not the queue’s', { ...HEARTBEAT, id: 'x' }, { heartbeat }],
  ])('%s is refused as any unknown type', (_what, event, settings) => {
    const { code, problems } = refused(event, settings);
    expect({ code, paths: problems.map(({ path }) => path) }).toEqual({ code: 'change_invalid', paths: ['type'] });
  });

  it('with an invalid envelope is refused as any other event with one', () => {
    expect(refused({ ...HEARTBEAT, specversion: '2' }, { heartbeat })).toMatchObject({ code: 'change_invalid' });
  });

  it('that comes back as a result is an event of the relay', () => {
    const result = { ...HEARTBEAT, id: 'a'.repeat(32), type: `${HEARTBEAT.type}.rejected` };
    expect(refused(result, { heartbeat })).toMatchObject({ code: 'relay_event' });
    expect(refused({ ...DCS, source: heartbeat }, { heartbeat })).toMatchObject({ code: 'relay_event' });
  });
});

describe('an event of a relay', () => {
  it.each(['migration-relay.prod', 'migration-relay.a-1'])('%s is not a change, whatever it contains', (source) => {
    for (const event of [
      { ...DCS, source },
      { ...DCS, source, type: 5 },
    ])
      expect(refused(event)).toMatchObject({ code: 'relay_event', problems: [{ path: 'source' }] });
  });

  it.each([
    'migration-relay',
    'migration-relay.',
    'my-migration-relay.prod',
    'migration-relay.prod/x',
    'migration-relay.Prod',
  ])('%s is a source like any other', (source) => expect(accepted({ ...DCS, source }).kind).toBe('valid'));
});
