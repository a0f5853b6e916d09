import { registerHooks } from 'node:module';

/** One place of the relay's source and what a mutant has there instead. */
export interface Edit {
  /** Path below src/lib. */
  file: string;
  find: string;
  replace: string;
}

const times = (text: string, part: string) => text.split(part).length - 1;

/** The source with the edits made. Throws if a place does not occur exactly once, so that no mutant is silently the original. */
export function edited(source: string, edits: Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const found = times(text, find);
    if (found !== 1) throw new Error(`src/lib/${file} has ${found} times: ${find}`);
    return text.replace(find, () => replace);
  }, source);
}

/** From now on modules of src/lib load with these edits; only for what this thread has not loaded yet. */
export function mutate(edits: Edit[]): void {
  const byFile = Map.groupBy(edits, ({ file }) => file);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = /\/src\/lib\/(.+\.ts)$/.exec(url)?.[1];
      const here = file === undefined ? undefined : byFile.get(file);
      if (!here) return loaded;
      return { ...loaded, source: edited(String(Buffer.from(loaded.source as Uint8Array)), here) };
    },
  });
}
