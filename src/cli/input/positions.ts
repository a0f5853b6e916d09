const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]|[^\s{}[\],:"]+/gs;

interface Level {
  path: string;
  /** The next element's number in a list; undefined in an object. */
  index: number | undefined;
  /** The member whose value comes next. */
  name?: string | undefined;
}

/** Where each member and element of a JSON text stands, by its path with dots: the name of a member, the start of an element. */
export function positionsIn(json: string): Map<string, number> {
  const found = new Map<string, number>([['', 0]]);
  const levels: Level[] = [];
  for (const { 0: token, index: at } of json.matchAll(TOKEN)) {
    if (token === ',') continue;
    if (token === '}' || token === ']') levels.pop();
    else take(token, at, levels, found);
  }
  return found;
}

function take(token: string, at: number, levels: Level[], found: Map<string, number>): void {
  const level = levels.at(-1);
  if (level && level.index === undefined && level.name === undefined) {
    level.name = nameIn(token);
    found.set(joined(level.path, level.name), at);
    return;
  }
  const path = level ? joined(level.path, level.name ?? String(level.index)) : '';
  if (level?.index !== undefined) {
    found.set(path, at);
    level.index += 1;
  } else if (level) level.name = undefined;
  if (token === '{') levels.push({ path, index: undefined });
  if (token === '[') levels.push({ path, index: 0 });
}

const joined = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

function nameIn(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

/** The value at a path with dots; undefined where there is none, or no JSON. */
export function valueAt(json: string, path: string): unknown {
  try {
    const names = path === '' ? [] : path.split('.');
    return names.reduce<unknown>(
      (value, name) => (value as Record<string, unknown> | undefined)?.[name],
      JSON.parse(json),
    );
  } catch {
    return undefined;
  }
}
