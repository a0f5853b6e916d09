import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { OPERATORS, type Splice } from './operators.ts';
import { find, type Place, unknownNamesIn } from './places.ts';

/** A guard of the relay removed or bent: the simulator must notice, or the tests that it names. */
export interface Mutant {
  name: string;
  edits: Edit[];
  /** A file of tests that must fail, for what only a rare meeting shows. */
  tests?: string;
}

/**
 * One place of the relay and what a mutant has there instead. It is found by names, so the code may move and be formatted differently.
 * `of` is a function or constant of src/lib, and by dots what is defined within it; `at` the name of a call or condition, or
 * the piece of a text, that the operator is to find there. A mutant goes to other threads, so this is data.
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

/** The files that a mutant changes and their new text. Throws if one of its places isn't found exactly once: it would be the original. */
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

/** The text with all cuts, the last first, so that none moves the others. */
function applied(cuts: Cut[]): string {
  const [{ file, source } = { file: '', source: '' }] = cuts;
  const text = cuts
    .map(({ splice }) => splice)
    .toSorted((one, other) => other.start - one.start)
    .reduce((rest, { start, end, code }) => rest.slice(0, start) + code + rest.slice(end), source);
  const unexpected = unknownNamesIn(text, source);
  // A mutant that only fails at a name would be killed by anything, whatever the guard is worth.
  if (unexpected.length > 0) throw new Error(`its code names ${unexpected.join(', ')}, which ${file} doesn't`);
  return text;
}

/** From now on modules of src/lib load as the mutant has them; only for what this thread has not loaded yet. */
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
