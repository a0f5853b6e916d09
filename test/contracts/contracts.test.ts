import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { cliPage } from '../../scripts/cli-page.ts';
import { readSampleEvents } from '../../scripts/contracts.ts';
import { contractName, OPERATIONS } from '../../src/contracts/contract.ts';
import { fieldsOf } from '../../src/contracts/fields.ts';
import { contractFiles } from '../../src/contracts/files.ts';
import { NOTES } from '../../src/contracts/notes.ts';
import { readChange } from '../../src/lib/change/change.ts';
import { validate } from '../../src/lib/change/validate.ts';
import { InexactNumber, isObject, parseJson } from '../../src/lib/json/exact-json.ts';
import { createMutator, createRandom, rawNumber, writeRaw } from '../support/mutate.ts';
import { asDoubles, SAMPLES, SETTINGS, schemaOf, takenBy, takes, validatorOf } from './published-schemas.ts';

const files = contractFiles(await readSampleEvents()).set('docs/cli.md', cliPage());

describe('the published contracts', () => {
  it.each([...files])('%s is what npm run contracts writes', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('are the only files in their folder', () => {
    const there = readdirSync('docs/contracts').map((name) => `docs/contracts/${name}`);
    expect(there.sort()).toEqual([...files.keys()].filter((path) => path.startsWith('docs/contracts/')).sort());
  });

  it('explain only fields that exist', () => {
    for (const [type, notes] of Object.entries(NOTES)) {
      const known = OPERATIONS.filter(({ change }) => change === type).flatMap((operation) => fieldsOf(operation));
      expect(Object.keys(notes).filter((path) => !known.some((field) => field.path === path))).toEqual([]);
    }
  });

  it.each([
    ['migration.sms.task.limit-speed', 'data.body.speed_limit[].start', 'time of day `HH:MM`, from `00:00` to `24:00`'],
    ['migration.dcs.online-migration.configure', 'data.body.target_instance.addrs', '`host:port`, or several'],
    ['migration.sms.task.create', 'data.body.name', 'text, 1 to 64 of A-Z, a-z, digits, Chinese characters'],
    ['migration.dcs.migration-task.stop', 'data.task_id', 'text like `^[A-Za-z0-9-]{1,64}$`'],
  ])('put the form of a text into words where its pattern is long: %s, %s', (type, path, form) => {
    const [operation] = OPERATIONS.filter(({ change }) => change === type);
    expect(operation && fieldsOf(operation).find((field) => field.path === path)?.takes).toContain(form);
  });

  it('say of each creation, and of nothing else, that a list is read before the first request', () => {
    const page = files.get('docs/events.md') ?? '';
    const sections = page
      .split('\n## ')
      .filter((section) => section.includes('list of tasks is read before the first'));
    expect(sections.map((section) => section.split('\n')[0])).toEqual(
      OPERATIONS.filter(({ createdIn }) => createdIn).map(({ change }) => change),
    );
  });

  it('use only patterns that every engine reads alike: characters, groups and counts', () => {
    const patterns = [...files.values()].flatMap((text) => [...text.matchAll(/"pattern": ("(?:[^"\\]|\\.)*")/g)]);
    expect(patterns.length).toBeGreaterThan(100);
    for (const [, pattern = '""'] of patterns) {
      expect(JSON.parse(pattern)).not.toMatch(/\\[a-su-zA-Z]|\(\?[^:]|,(?!1000\})\d{4}\}/);
    }
  });
});

/** The operation that the relay would carry out for a text; undefined if it refuses the text. */
function operationOf(text: string) {
  const change = validate(readChange(text), SETTINGS);
  return change.kind === 'valid' ? change.operation : undefined;
}

const parsed = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};

describe('a schema of changes', () => {
  // Limits of depth and bytes are only in the description.
  it.each(SAMPLES.filter(({ file }) => file !== 'invalid/too-deep.json'))(
    'agrees with the relay on $file',
    ({ text }) => {
      const event = parsed(text);
      // Without dataschema the stage decides, so the schema of each revision may accept it.
      const operation = operationOf(text);
      if (operation) expect(takes(operation, event)).toBe(true);
      else if (!losesDigits(event)) expect(takenBy(event)?.name).toBeUndefined();
    },
  );

  it('has examples that it accepts', () => {
    for (const operation of OPERATIONS) {
      const { examples } = schemaOf(contractName(operation)) as { examples: unknown[] };
      expect(examples.map((example) => takes(operation, example))).toEqual([true]);
    }
  });
});

const COUNT = Number(process.env.MUTATIONS ?? 20_000);
const SEED = Number(process.env.MUTATION_SEED ?? 20_260_301);
const VALUES: unknown[] = [
  ...[null, true, 0, -1, 1, 1.5, 65_536, 10_241, '', ' ', 'a', 'a\n', '\ud800', '😀'.repeat(200), 'x'.repeat(300), '5'],
  ...[
    '10.0.0.1:6379,h:1',
    'h:65536',
    'h:1,',
    '[::1]:2',
    '192.0.2.1',
    '2001:db8::1',
    '::ffff:1.2.3.4',
    '1::2::3',
    '名字',
  ],
  ...['/a/b#c', 'a#', '//x', 'a b', [], {}, [null], [{}], { id: 'a', addrs: 'a:1' }, { id: '', addrs: 'a:1' }],
  ...[{ id: 'a', password: 'p', password_ref: 'r' }, { id: null, addrs: 'a:1', password: null }, { unknown: null }],
  ...['9223372036854775807', '-9223372036854775808', '1e3', '10.0'].map(rawNumber),
];
const RARE = {
  ...{ enterprise_project: 'a', enterprise_project_id: 'a', use_ipv6: false, migration_ip: '::1', sequence: '1' },
  ...{ target_server: { networks: [{ name: 'eth0', mac: '' }] }, target_disk_ids: 'a b', traceparent: 'x' },
  ...{ dataschema: 'x/2024-09', datacontenttype: 'application/json ; charset=UTF-8', source_server: { x: 1 } },
};

/** A validator that reads numbers as doubles can't see their further digits. */
const losesDigits = (value: unknown): boolean =>
  value instanceof InexactNumber ||
  (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(losesDigits));

/** The difference between the relay and the schemas for a text; undefined if they agree. */
function differenceIn(text: string): string | undefined {
  const operation = operationOf(text);
  const value = parsed(text);
  dropAbsentNames(value);
  counts[operation ? 'accepted' : 'refused']++;
  if (operation) return takes(operation, value) ? undefined : `only the relay takes ${text}`;
  return takenByDefault(value) === undefined || losesDigits(value) ? undefined : `only a schema takes ${text}`;
}
const counts = { accepted: 0, refused: 0 };

/** Where any name is allowed, a refused name may be null, which counts as absent. No keyword can express that. */
function dropAbsentNames(event: unknown): void {
  const { param } = (event as { data?: { body?: { param?: unknown } | null } | null } | null)?.data?.body ?? {};
  if (isObject(param)) for (const name of Object.keys(param)) if (param[name] === null) delete param[name];
}

describe(`samples that are mutated (seed ${SEED})`, () => {
  it(`${COUNT} times are accepted or refused by the relay and by the published schemas alike`, {
    timeout: 30_000 + COUNT,
  }, () => {
    const random = createRandom(SEED);
    const texts = SAMPLES.filter(({ file }) => !file.startsWith('invalid/')).map(({ text }) => text);
    const mutate = createMutator([...texts.map((text) => JSON.parse(text)), RARE], VALUES, random);
    for (let index = 0; index < COUNT; index++) {
      const event = JSON.parse(texts[Math.floor(random() * texts.length)] as string);
      mutate(random() < 0.7 ? event.data : event);
      expect(differenceIn(writeRaw(event))).toBeUndefined();
    }
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(COUNT / 10);
  });
});

/** A change without `dataschema` has the revision of the settings. */
const takenByDefault = (event: unknown) =>
  OPERATIONS.filter(({ revision }) => (revision ?? SETTINGS.revision) === SETTINGS.revision || hasSchema(event)).find(
    (operation) => takes(operation, event),
  );
const hasSchema = (event: unknown) => ((event as { dataschema?: unknown } | null)?.dataschema ?? null) !== null;

describe('the dataschema of a result', () => {
  it('is the address of the published schema', () => {
    const { $id, properties } = JSON.parse(files.get('docs/contracts/result.schema.json') ?? '{}');
    expect($id).toMatch(/^https:/);
    expect(properties.dataschema.const).toBe($id);
  });
});

describe('the AsyncAPI document', () => {
  const document = JSON.parse(files.get('docs/contracts/asyncapi.json') ?? '{}');
  // The version with $id resolves to more than one schema.
  const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;

  it('is one of version 3', () => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(specification);
    expect({ valid: validate(asDoubles(document)), errors: validate.errors }).toEqual({
      valid: true,
      errors: null,
    });
  });

  it('has an example for every message of a producer or a consumer, and each fits its payload', () => {
    const messages = Object.values(document.components.messages) as Message[];
    const without = messages.filter(({ examples }) => examples.length === 0).map(({ name }) => name);
    expect(without.sort()).toEqual(['migration.change.rejected', 'replayed', 'resolved']);
    for (const { name, examples } of messages) {
      const valid = validatorOf(name);
      expect(examples.map(({ payload }) => [name, valid(payload)])).toEqual(examples.map(() => [name, true]));
    }
  });

  it('contains every sample that is a complete change', () => {
    const text = JSON.stringify(document);
    for (const { file } of SAMPLES.filter(({ file, text }) => !file.includes('/') && operationOf(text))) {
      expect(text).toContain(`"name":"${file.replace('.json', '')}"`);
    }
  });
});

interface Message {
  name: string;
  examples: { payload: unknown }[];
}
