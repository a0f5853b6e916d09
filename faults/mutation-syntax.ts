import { parse as parseSource } from '@babel/parser';

/** A node of the syntax tree: its kind, its place in the source, and whatever its kind has. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [member: string]: unknown;
}

/** Reads TypeScript; throws a SyntaxError with line and column for what is none. */
export const parse = (source: string): Node =>
  parseSource(source, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node;

export const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

export const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

/** A node and everything below it. */
export const allIn = (node: Node): Node[] => [node, ...childrenOf(node).flatMap(allIn)];

/** The name that a node defines: a function, a variable, a method or a member of an object. */
export function definedBy({ type, id, key, computed, shorthand }: Node): string | undefined {
  if (type === 'FunctionDeclaration' || type === 'VariableDeclarator') return nameOf(id);
  if (type === 'ObjectMethod' || type === 'ObjectProperty') return computed || shorthand ? undefined : nameOf(key);
  return undefined;
}

export const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Identifier' ? (node.name as string) : undefined;

/** Every name that stands in a piece of source, whatever it is there for. */
export const namesIn = (node: Node): Set<string> => new Set(allIn(node).flatMap((part) => nameOf(part) ?? []));

/** Names that a text uses and the original doesn't know: neither its own variables nor the language's. */
export function strangersIn(text: string, original: string): string[] {
  const nodes = allIn(parse(text));
  const known = namesIn(parse(original));
  const made = new Set(
    nodes.flatMap(({ type, id }) => (type === 'VariableDeclarator' ? [...namesIn(id as Node)] : [])),
  );
  const used = nodes.flatMap((node) => childrenOf(node).filter((child) => !isMember(child, node)));
  const names = new Set(used.flatMap((node) => nameOf(node) ?? []));
  return [...names].filter((name) => !known.has(name) && !made.has(name) && !(name in globalThis));
}

/** True for the name behind a dot or before a colon, which no variable stands behind. */
const isMember = (child: Node, { property, key, computed }: Node) => !computed && (child === property || child === key);
