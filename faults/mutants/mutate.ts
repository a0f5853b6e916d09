import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { OPERATORS, type Splice } from './operators.ts';
import { find, type Place, unknownNamesIn } from './places.ts';

/** The relay with one guard removed or changed. The simulation must notice it, or the tests that it names. */
export interface Mutant {
  name: string;
  edits: Edit[];
  /** A test file that must fail, for a mutant that matters only in a rare situation. */
  tests?: string;
}

/**
 * One place of the relay, and the code that a mutant has there. The place is found by names, so the code may be moved and
 * formatted differently. `of` is a function or constant of src/lib, followed by what is defined within it, joined by dots. `at` is
 * the name of a call or condition, or a part of a text, that the operator finds there. An edit is data because mutants are sent to
 * other threads.
 */
export interface Edit {
  operator: keyof typeof OPERATORS;
  of: string;
  at: string;
  code: string;
}

const editAt = (operator: Edit['operator']) => (of: string, at: string, code: string) => ({ operator, of, at, code });
const edit = (operator: Edit['operator']) => (of: string, code: string) => ({ operator, of, at: '', code });

export const replaceCall = editAt('replaceCall');
export const replaceCondition = editAt('replaceCondition');
export const replaceText = editAt('replaceText');
export const insertBefore = editAt('insertBefore');
export const replaceValue = edit('replaceValue');
export const insertAtStart = edit('insertAtStart');

/** The new text of each file that a mutant changes. Throws if one of its places isn't found exactly once. */
export function mutated({ name, edits }: Mutant, folder?: string): Map<string, string> {
  try {
    const cuts = edits.map((edit) => cutOf(edit, folder));
    return new Map([...Map.groupBy(cuts, ({ file }) => file)].map(([file, here]) => [file, applied(here)]));
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`The mutant "${name}" can't be made: ${message}. Correct its place in faults/mutants/list.ts.`, {
      cause,
    });
  }
}

type Cut = Place & { splice: Splice };

function cutOf({ operator, of, at, code }: Edit, folder?: string): Cut {
  const place = find(of, folder);
  try {
    return { ...place, splice: OPERATORS[operator](place.node, at, code) };
  } catch (cause) {
    throw new Error(`in ${of} of ${place.file}, ${(cause as Error).message}`, { cause });
  }
}

/** The text with all edits. The last one is made first, so that none moves the place of another. */
function applied(cuts: Cut[]): string {
  const [{ file, source } = { file: '', source: '' }] = cuts;
  const text = cuts
    .map(({ splice }) => splice)
    .toSorted((one, other) => other.start - one.start)
    .reduce((rest, { start, end, code }) => rest.slice(0, start) + code + rest.slice(end), source);
  const unknown = unknownNamesIn(text, source);
  // An unknown name fails in every test, so such a mutant would say nothing about the guard.
  if (unknown.length > 0) throw new Error(`its code names ${unknown.join(', ')}, which ${file} doesn't`);
  return text;
}

/** Makes this thread load the modules of src/lib as the mutant has them. It has no effect on modules that are already loaded. */
export function mutate(mutant: Mutant): void {
  const byUrl = new Map([...mutated(mutant)].map(([file, text]) => [pathToFileURL(file).href, text]));
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const source = byUrl.get(url);
      return source === undefined ? loaded : { ...loaded, source };
    },
  });
}
