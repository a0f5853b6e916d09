import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allIn, childrenOf, definedBy, type Node, parse } from './mutation-syntax.ts';

/** Where a name is defined: the file's path, its text, and the part of its syntax tree. */
export interface Place {
  file: string;
  source: string;
  node: Node;
}

const LIB = fileURLToPath(new URL('../src/lib/', import.meta.url));

const readSources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: `${folder}${file}`, source: readFileSync(`${folder}${file}`, 'utf8') }));

/**
 * Finds what a dotted path names: first a function or constant at the top of the one module that defines it, then what is
 * defined within it. No path of a file is asked for, so modules may move. Throws if there is none, or more than one.
 */
export function find(path: string, folder = LIB): Place {
  const [top = '', ...inner] = path.split('.');
  const tops = readSources(folder)
    .filter(({ source }) => source.includes(top))
    .flatMap(({ file, source }) => topLevel(parse(source), top).map((node) => ({ file, source, node })));
  const place = only(tops, `${top} at the top of a module of ${folder}`);
  const node = inner.reduce(
    (outer, name) =>
      only(
        childrenOf(outer).flatMap((child) => definedIn(child, name)),
        `${name} within ${top}`,
      ),
    place.node,
  );
  return { ...place, node };
}

const topLevel = ({ body }: Node, name: string): Node[] =>
  (body as Node[])
    .map((statement) => (statement.declaration as Node | null | undefined) ?? statement)
    .flatMap((statement) => (statement.declarations as Node[] | undefined) ?? [statement])
    .filter((node) => definedBy(node) === name);

const definedIn = (node: Node, name: string) => allIn(node).filter((part) => definedBy(part) === name);

/** The one thing of its kind. Throws if it is missing or there are more: a mutant must not be made at a place that it doesn't mean. */
export function only<Thing>(things: Thing[], what: string): Thing {
  const [thing] = things;
  if (thing === undefined || things.length > 1) throw new Error(`found ${things.length} times, not once: ${what}`);
  return thing;
}
