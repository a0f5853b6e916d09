import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readChange } from '../../../src/lib/change/change.ts';
import { groupOf, messageOf } from '../../../src/lib/change/message.ts';
import { validate } from '../../../src/lib/change/validate.ts';
import { blockWith } from '../../docs/blocks.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { EVENT } from '../../support/signed-request.ts';

/** The message of an event, which must be a valid change. */
function messageFor(event: object, more = {}) {
  const settings = { operations: ALL_OPERATIONS, revision: '2026-01' as const, allowInlineSecrets: false };
  const change = validate(readChange(JSON.stringify(event)), settings);
  if (change.kind === 'invalid') throw new Error(JSON.stringify(change.problems));
  return messageOf(change, more);
}
const sms = (hostname: string) => ({
  ...EVENT,
  type: 'migration.sms.task.update',
  data: { task_id: 'a', body: { target_server: { hostname } } },
});

describe('the message of a change', () => {
  it('is the change, with added members beside it', () => {
    const { service, body } = messageFor(EVENT, { subject: 'x' });
    expect({ service, body: JSON.parse(body) }).toEqual({ service: 'dcs', body: { ...EVENT, subject: 'x' } });
  });

  it('escapes what the queue would refuse, and nothing else', () => {
    const { body } = messageFor(sms('a\ufffe\uffff\u{1f600}ä'));
    expect(body).toContain('"a\\ufffe\\uffff\\ud83d\\ude00ä"');
    expect(JSON.parse(body).data).toEqual(sms('a\ufffe\uffff\u{1f600}ä').data);
  });

  it('has a deduplication id that differs between changes, and is the same for the same one', () => {
    const ids = [
      ...[EVENT, { ...EVENT, time: '2026-01-01T00:00:00Z' }],
      ...[
        { ...EVENT, sequence: '1' },
        { ...EVENT, sequence: '2' },
        { ...EVENT, id: 'b' },
        { ...EVENT, source: '/b' },
      ],
      ...[sms('a'), sms('b')],
    ].map((event) => messageFor(event).deduplicationId);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(ids.length - 1);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has another deduplication id under another revision that it names, and names the revision only in dataschema', () => {
    const named = (dataschema?: string) => messageFor({ ...sms('a'), dataschema });
    const ids = [named(), named('x/2024-09'), named('x/2026-01')].map(({ deduplicationId }) => deduplicationId);
    expect(new Set(ids).size).toBe(3);
    expect(JSON.parse(named('x/2024-09').body)).toEqual({ ...sms('a'), dataschema: 'x/2024-09' });
  });

  it('carries a broken traceparent on, so that its result can say that it was dropped', () => {
    expect(JSON.parse(messageFor({ ...EVENT, traceparent: 'x' }).body)).toEqual({ ...EVENT, traceparent: 'x' });
  });

  it('is in the group of its task', () => {
    const { project_id, task_id } = EVENT.data;
    expect(messageFor(EVENT).group).toBe(groupOf({ service: 'dcs', project_id, id: task_id }));
  });
});

describe('the group of a task', () => {
  const task = { service: 'dcs', project_id: 'p', id: 't' } as const;

  it('is fixed, so that changes queued before a deployment keep their order', () => {
    expect(groupOf(task)).toBe('c0a3149f31a05e3e1b7781b8590c4fa9');
    expect(groupOf({ service: 'sms', id: 't' })).toBe('3b5f9654a6d9090c41b73a35a47196ce');
  });

  it('is the same whatever the case of the letters in its ids, and the ids are sent as they were written', () => {
    expect(groupOf({ service: 'dcs', project_id: 'P', id: 'T' })).toBe(groupOf(task));
    const { data } = EVENT;
    const capitals = { ...EVENT, data: { ...data, task_id: data.task_id.toUpperCase() } };
    expect(messageFor(capitals).group).toBe(messageFor(EVENT).group);
    expect(JSON.parse(messageFor(capitals).body)).toEqual(capitals);
  });

  it('equals the one that the shell example for producers makes', () => {
    const block = blockWith('docs/producer.md', 'sh', 'sha256sum | cut -c1-32');
    const script = block.slice(0, block.indexOf('aws sqs')).concat('\nprintf %s "$group"');
    for (const [project_id, task_id] of [
      ['0123456789abcdef0123456789abcdef', 'b21989ec-2889-4b8e-99db-19c073425ec2'],
      ['0123456789ABCDEF0123456789ABCDEF', 'B21989EC-2889-4b8e-99db-19c073425ec2'],
      // The name of a task that is to be created.
      ['0123456789abcdef0123456789abcdef', 'Überzug-İ-迁移'],
    ] as const) {
      const shell = script
        .replace('0123456789abcdef0123456789abcdef', project_id)
        .replace('b21989ec-2889-4b8e-99db-19c073425ec2', task_id);
      const { stdout, stderr } = spawnSync('sh', ['-c', shell], { encoding: 'utf8' });
      expect({ stdout, stderr }).toEqual({ stdout: groupOf({ service: 'dcs', project_id, id: task_id }), stderr: '' });
    }
  });

  it.each([
    { ...task, service: 'sms' as const },
    { ...task, project_id: 'q' },
    { ...task, id: 'u' },
    { ...task, project_id: 'pt', id: '' },
  ])('differs for %j', (other) => expect(groupOf(other)).not.toBe(groupOf(task)));
});
