import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The floors of src/lib, highest first. A module imports from its own folder or from a lower floor. */
const FLOORS = [
  ['functions'],
  ['aws', 'provider', 'observability'],
  ['relay', 'webhook'],
  ['change'],
  ['operations', 'secrets'],
  ['json', 'http'],
];

const files = readdirSync('src/lib', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const folderOf = (file: string) => file.split('/')[0] ?? '';
const floorOf = (folder: string) => FLOORS.findIndex((folders) => folders.includes(folder));

const importsOf = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/^(?:import|export)\b[^'"]*?from '([^']+)'|^import '([^']+)'/gm)].map(
    ([, from, bare]) => from ?? bare ?? '',
  );
const foldersUsedBy = (file: string) =>
  importsOf(join('src/lib', file))
    .filter((name) => name.startsWith('.'))
    .map((name) => folderOf(normalize(join(dirname(file), name))))
    .filter((folder) => folder !== folderOf(file));

describe('the floors of src/lib', () => {
  it('are its folders', () => {
    expect([...new Set(files.map(folderOf))].sort()).toEqual(FLOORS.flat().sort());
  });

  it.each(files)('%s imports from lower floors only', (file) => {
    const above = foldersUsedBy(file).filter((folder) => floorOf(folder) <= floorOf(folderOf(file)));
    expect(above).toEqual([]);
  });

  it('have at most 34 arrows between them', () => {
    const arrows = new Set(
      files.flatMap((file) => foldersUsedBy(file).map((folder) => `${folderOf(file)} -> ${folder}`)),
    );
    expect([...arrows].sort().length, [...arrows].sort().join(', ')).toBeLessThanOrEqual(34);
  });

  it.each(files.filter((file) => floorOf(folderOf(file)) >= floorOf('relay') && folderOf(file) !== 'http'))(
    '%s knows neither AWS nor HTTP',
    (file) => {
      expect(
        importsOf(join('src/lib', file)).filter((name) => /aws-sdk|powertools|undici|^node:http/.test(name)),
      ).toEqual([]);
    },
  );
});

describe('an operation', () => {
  it.each(files.filter((file) => file.startsWith('operations/')))(
    '%s imports zod, JSON and its own kind only',
    (file) => {
      const foreign = importsOf(join('src/lib', file)).filter(
        (name) => !/^(zod|\.\/[\w-]+\.ts|\.\.\/json\/[\w-]+\.ts)$/.test(name),
      );
      expect(foreign).toEqual([]);
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
  const house = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));
  const outside = (path: string, allowed: RegExp) =>
    importsOf(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(dirname(path), name)))
      .filter((name) => !allowed.test(name));

  it.each([
    ['src/lib', /^src\/lib\//],
    ['src/handlers', /^src\/lib\//],
    ['src/contracts', /^src\/(lib|contracts)\//],
    ['src/cli', /^(src\/(lib|contracts|cli)\/|package\.json$)/],
  ])('%s imports from itself and from below', (folder, allowed) => {
    for (const path of house(folder)) expect([path, outside(path, allowed)]).toEqual([path, []]);
  });
});
