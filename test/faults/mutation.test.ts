import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MUTANTS } from '../../faults/mutants/list.ts';
import {
  type Edit,
  insertAtStart,
  insertBefore,
  mutated,
  replaceCall,
  replaceCondition,
  replaceText,
  replaceValue,
} from '../../faults/mutants/mutate.ts';

import { allIn, parse } from '../../faults/mutants/places.ts';

const ONE = `import { far } from './far.ts';
const LIST: Record<string, string[]> = { kept: ['other words'], bent: ['first words', 'last words'] };
const add = (a: number) => a + 1;
function createPair() {
  const inner = async (waiting: boolean): Promise<number> => {
    if (waiting && far.isOpen() || LIST.bent === undefined) return add(1);
    return waiting ? twice() : 0;
  };
  return { open: () => far.open('door'), async shut() { await inner(true); }, shown: 1 + 1 };
}
function twice() { add(1); if (add.length) far.close(); return add(2); }
const shared = \`a \${twice()} text\`;
`;
const TWO = 'export function shared() { return 1; }\n';

let folder: string;
beforeAll(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'mutation-')), '/');
  writeFileSync(`${folder}one.ts`, ONE);
  writeFileSync(`${folder}two.ts`, TWO);
});
afterAll(() => rmSync(folder, { recursive: true }));

const made = (...edits: Edit[]) => mutated({ name: 'mine', edits }, folder);
/** The text of the file with the edits. */
const bent = (...edits: Edit[]) => made(...edits).get(`${folder}one.ts`);

describe('the list of mutants', () => {
  it.each(MUTANTS)('finds its places in the source: $name', (mutant) => {
    const files = [...mutated(mutant)];
    expect(files.length).toBeGreaterThan(0);
    for (const [, text] of files) expect(allIn(parse(text)).length).toBeGreaterThan(0);
  });

  it('names existing tests', () => {
    const files = MUTANTS.flatMap(({ tests }) => tests ?? []);
    expect(files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  });

  it('has no name twice', () => expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length));
});

describe('a mutant', () => {
  it.each<[string, Edit, string, string]>([
    ['a call by its name', replaceCall('createPair.inner', 'add', '7'), 'return add(1);', 'return (7);'],
    ['a call of a method', replaceCall('createPair', 'isOpen', 'false'), 'far.isOpen()', '(false)'],
    ['a test', replaceCondition('twice', 'length', 'true'), 'if (add.length)', 'if ((true))'],
    [
      'one of joined conditions',
      replaceCondition('createPair.inner', 'bent', 'true'),
      'LIST.bent === undefined',
      '(true)',
    ],
    ['a piece of a text', replaceText('LIST.bent', 'last', 'new'), 'last words', 'new words'],
    ['the value of a member', replaceValue('createPair.shown', '3'), '1 + 1', '(3)'],
    ['the value of a constant', replaceValue('add', '() => 0'), '(a: number) => a + 1', '(() => 0)'],
    ['what stands before a call', insertBefore('twice', 'close', 'return 1;'), 'if (add', 'return 1; if (add'],
    ['the start of a function', insertAtStart('twice', 'return 1;'), 'twice() {', 'twice() { return 1;'],
    ['the start of a method', insertAtStart('createPair.shut', 'return;'), 'shut() {', 'shut() { return;'],
    ['the start of an arrow function', insertAtStart('createPair.inner', 'return 1;'), '=> {\n', '=> { return 1;\n'],
  ])('may change %s', (_what, edit, before, after) => expect(bent(edit)).toBe(ONE.replace(before, () => after)));

  it('may change more than one place', () => {
    const text = bent(replaceValue('add', '() => 0'), replaceText('LIST.bent', 'first', 'new'));
    expect(text).toBe(ONE.replace('first words', 'new words').replace('(a: number) => a + 1', '(() => 0)'));
  });

  it('may change more than one file', () => {
    writeFileSync(`${folder}three.ts`, 'export function third() { return 3; }');
    const files = made(insertAtStart('third', 'return 4;'), insertAtStart('twice', 'return 5;'));
    expect([...files.keys()].sort()).toEqual([`${folder}one.ts`, `${folder}three.ts`]);
  });

  it('may define variables of its own', () => {
    expect(bent(insertAtStart('twice', 'const { made } = JSON.parse(""); return made;'))).toContain('made');
  });

  it.each<[string, Edit, string]>([
    ['names nothing', insertAtStart('gone', ''), 'found 0 times, not once: gone at the top'],
    ['names what two modules define', replaceValue('shared', '1'), 'found 2 times, not once: shared at the top'],
    ['names an inner function without its outer one', insertAtStart('inner', ''), 'found 0 times'],
    [
      'names what is not within',
      replaceValue('createPair.gone', ''),
      'found 0 times, not once: gone within createPair',
    ],
    ['finds no such call', replaceCall('createPair', 'twine', ''), 'in createPair of'],
    ['finds a call twice', replaceCall('twice', 'add', ''), 'found 2 times, not once: call of add'],
    ['finds no such condition', replaceCondition('twice', 'waiting', ''), 'condition that names waiting'],
    ['finds a condition twice', replaceCondition('createPair.inner', 'waiting', ''), 'found 2 times'],
    ['finds no such text', replaceText('LIST.bent', 'other', ''), 'found 0 times, not once: text with other'],
    ['finds a text twice', replaceText('LIST.bent', 'words', ''), 'found 2 times, not once: text with words'],
    ['wants the value of a function', replaceValue('twice', ''), 'found 0 times, not once: value'],
    [
      'wants to stand before what is no statement in a list',
      insertBefore('createPair.open', 'open', ''),
      'statement that calls open',
    ],
    ['finds a call to stand before twice', insertBefore('twice', 'add', ''), 'found 2 times, not once: call of add'],
    ['wants the start of what has no statements', insertAtStart('add', ''), 'function with statements'],
    ['names what its file does not', insertAtStart('twice', 'return twine();'), 'names twine, which'],
    ['is no TypeScript', insertAtStart('twice', 'return ('), 'Unexpected token'],
  ])('that %s is refused by its name, and says what to do', (_what, edit, words) => {
    expect(() => made(edit)).toThrow('The mutant "mine" can\'t be made:');
    expect(() => made(edit)).toThrow(words);
    expect(() => made(edit)).toThrow('Correct its place in faults/mutants/list.ts.');
  });

  it('is found wherever its file is and however it is formatted', () => {
    const text = ONE.replaceAll(/\s+/g, ' ');
    writeFileSync(`${folder}one.ts`, '');
    writeFileSync(`${folder}moved.ts`, text);
    const files = made(replaceCondition('createPair.inner', 'bent', 'true'));
    expect([...files]).toEqual([[`${folder}moved.ts`, text.replace('LIST.bent === undefined', '(true)')]]);
  });
});
