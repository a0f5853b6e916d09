import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The floors of each house, highest first. A module imports from its own room or from a lower floor. */
const FLOORS: Record<string, string[][]> = {
  'src/lib': [
    ['functions'],
    ['aws', 'provider', 'observability'],
    ['relay', 'webhook'],
    ['change'],
    ['operations', 'secrets'],
    ['json', 'http'],
  ],
  'src/operator': [
    ['checks', 'republish', 'resolve.ts', 'drain.ts', 'difference.ts'],
    ['dead-letters'],
    ['evidence'],
    ['stage'],
    ['story'],
    ['clock.ts', 'fault.ts', 'masking.ts', 'suggestion.ts'],
  ],
  'src/cli': [
    ['relay.ts'],
    ['program.ts'],
    ['catalogue'],
    ['commands'],
    ['session.ts'],
    ['input', 'reports'],
    ['terminal'],
  ],
};
const HOUSES = Object.keys(FLOORS);

const filesIn = (house: string) =>
  readdirSync(house, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules'),
  );
const files = filesIn('src/lib');
/** A folder of the house, or a file that is in none. */
const roomOf = (file: string) => file.split('/')[0] ?? '';
const floorOf = (house: string, room: string) => FLOORS[house]?.findIndex((rooms) => rooms.includes(room)) ?? -1;

const importsOf = (path: string) =>
  [
    ...readFileSync(path, 'utf8').matchAll(
      /^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map(([, from, bare, late]) => from ?? bare ?? late ?? '');
const roomsUsedBy = (house: string, file: string) =>
  importsOf(join(house, file))
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file), name)))
    .filter((name) => !name.startsWith('..'))
    .map(roomOf)
    .filter((room) => room !== roomOf(file));

describe.each(HOUSES)('the floors of %s', (house) => {
  it('are its rooms', () => {
    expect([...new Set(filesIn(house).map(roomOf))].sort()).toEqual(FLOORS[house]?.flat().sort());
  });

  it.each(filesIn(house))('%s imports from lower floors only', (file) => {
    const own = floorOf(house, roomOf(file));
    expect(roomsUsedBy(house, file).filter((room) => floorOf(house, room) <= own)).toEqual([]);
  });
});

describe('src/lib', () => {
  it('has at most 34 arrows between its rooms', () => {
    const arrows = new Set(
      files.flatMap((file) => roomsUsedBy('src/lib', file).map((room) => `${roomOf(file)} -> ${room}`)),
    );
    expect([...arrows].sort().length, [...arrows].sort().join(', ')).toBeLessThanOrEqual(34);
  });

  it.each(
    files.filter((file) => floorOf('src/lib', roomOf(file)) >= floorOf('src/lib', 'relay') && roomOf(file) !== 'http'),
  )('%s knows neither AWS nor HTTP', (file) => {
    expect(
      importsOf(join('src/lib', file)).filter((name) => /aws-sdk|powertools|undici|^node:http/.test(name)),
    ).toEqual([]);
  });
});

describe('an operation', () => {
  it.each(files.filter((file) => file.startsWith('operations/')))(
    '%s imports zod, JSON and its own kind only',
    (file) => {
      const forbidden = importsOf(join('src/lib', file)).filter(
        (name) => !/^(zod|\.\/[\w-]+\.ts|\.\.\/json\/[\w-]+\.ts)$/.test(name),
      );
      expect(forbidden).toEqual([]);
    },
  );
});

describe('the end of a change', () => {
  it('is stored, published, or put off in relay.ts alone', () => {
    const acts = /ledger\.(?:store|storeRefusal|release)\(|ledger\[|\.publish\(|throw new RetryLater|Promise<never>/g;
    const sites = files
      .filter((file) => file.startsWith('relay/') && file !== 'relay/remembered-locks.ts')
      .flatMap((file) => Array.from(readFileSync(join('src/lib', file), 'utf8').matchAll(acts), () => file));
    expect(new Set(sites)).toEqual(new Set(['relay/relay.ts']));
    expect(sites.length).toBeLessThanOrEqual(8);
  });
});

describe('the environment', () => {
  it('is read in entry points only', () => {
    const readers = files.filter((file) => readFileSync(join('src/lib', file), 'utf8').includes('process.env'));
    expect(readers).toEqual([]);
  });
});

describe('a handler', () => {
  it.each(readdirSync('src/handlers'))('%s has at most fifteen lines and no branch', (file) => {
    const text = readFileSync(join('src/handlers', file), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
    expect(text).not.toMatch(/\bif\b|\?|=>/);
  });
});

describe('the houses', () => {
  const outside = (path: string, allowed: RegExp) =>
    importsOf(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(path), name)))
      .filter((name) => !allowed.test(name));

  it.each([
    ['src/lib', /^src\/lib\//],
    ['src/handlers', /^src\/lib\//],
    ['src/contracts', /^src\/(lib|contracts)\//],
    ['stand-ins', /^stand-ins\//],
    ['src/operator', /^src\/(lib|contracts|operator)\//],
    ['src/console', /^src\/(lib|contracts|operator|console)\//],
    ['src/cli', /^src\/(lib|contracts|operator|cli)\//],
    // The houses around the relay use no command, and nothing imports a test.
    ['simulator', /^simulator\//],
    ['scripts', /^(src(?!\/cli\/commands)|scripts)\//],
    ['mutation', /^(src(?!\/cli)|scripts|mutation)\//],
    ['local', /^(src(?!\/cli\/commands)|scripts|simulator|stand-ins|local)\//],
    ['faults', /^(src(?!\/cli\/commands)|scripts|simulator|stand-ins|local|faults)\//],
    ['bench', /^(src(?!\/cli\/commands)|scripts|simulator|stand-ins|local|bench|events)\//],
  ])('%s imports from itself and from below', (folder, allowed) => {
    for (const path of filesIn(folder).map((file) => join(folder, file)))
      expect({ path, outside: outside(path, allowed) }).toEqual({ path, outside: [] });
  });
});
