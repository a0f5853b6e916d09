import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse as parseSource } from '@babel/parser';

/** Where a name is defined: the file's path, its text, and the node of its syntax tree. */
export interface Place {
  file: string;
  source: string;
  node: Node;
}

const LIB = fileURLToPath(new URL('../../src/lib/', import.meta.url));

const readSources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file: `${folder}${file}`, source: readFileSync(`${folder}${file}`, 'utf8') }));

/**
 * Finds what a dotted path names: a function or constant at the top of a module, then what is defined within it. It needs no path
 * of a file, so modules may be moved. Throws if a name is not defined exactly once.
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

/** The only item of a list. Throws if there are none or several, so that no mutant is made at the wrong place. */
export function only<Thing>(things: Thing[], what: string): Thing {
  const [thing] = things;
  if (thing === undefined || things.length > 1) throw new Error(`found ${things.length} times, not once: ${what}`);
  return thing;
}

/** A node of the syntax tree: its type, its place in the source, and the members of its type. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

/** Parses TypeScript. Throws a SyntaxError with line and column for any other text. */
export const parse = (source: string): Node =>
  parseSource(source, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node;

export const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

/** A node and everything below it. */
export const allIn = (node: Node): Node[] => [node, ...childrenOf(node).flatMap(allIn)];

/** The name that a node defines: a function, a variable, a method or a member of an object. */
function definedBy({ type, id, key, computed, shorthand }: Node): string | undefined {
  if (type === 'FunctionDeclaration' || type === 'VariableDeclarator') return nameOf(id);
  if (type === 'ObjectMethod' || type === 'ObjectProperty') return computed || shorthand ? undefined : nameOf(key);
  return undefined;
}

export const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Identifier' ? (node.name as string) : undefined;

/** Every name in a part of the source. */
export const namesIn = (node: Node): Set<string> => new Set(allIn(node).flatMap((part) => nameOf(part) ?? []));

/** Names that a text uses and the original doesn't have, without variables that the text defines and globals. */
export function unknownNamesIn(text: string, original: string): string[] {
  const nodes = allIn(parse(text));
  const known = namesIn(parse(original));
  const made = new Set(
    nodes.flatMap(({ type, id }) => (type === 'VariableDeclarator' ? [...namesIn(id as Node)] : [])),
  );
  const used = nodes.flatMap((node) => childrenOf(node).filter((child) => !isMember(child, node)));
  const names = new Set(used.flatMap((node) => nameOf(node) ?? []));
  return [...names].filter((name) => !known.has(name) && !made.has(name) && !(name in globalThis));
}

/** True for a name after a dot or before a colon, which is no variable. */
const isMember = (child: Node, { property, key, computed }: Node) => !computed && (child === property || child === key);
