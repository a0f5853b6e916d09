/** Mulberry32, a small random generator. The seed determines all its numbers, which are from 0 to below 1. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Tree = { [name: string]: unknown } | unknown[];
/** A member or an element: its parent, and its name there. */
interface Place {
  holder: Tree;
  name: string;
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

function placesOf(holder: Tree, found: Place[] = []): Place[] {
  for (const [name, value] of Object.entries(holder)) {
    found.push({ holder, name });
    if (isTree(value)) placesOf(value, found);
  }
  return found;
}

const read = ({ holder, name }: Place): unknown => (holder as Record<string, unknown>)[name];
const write = ({ holder, name }: Place, value: unknown) => {
  Object.defineProperty(holder, name, { value, configurable: true, enumerable: true, writable: true });
};
const remove = ({ holder, name }: Place) => {
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
};

/** A number as text, because no value of JavaScript would be written in this form. */
export const rawNumber = (text: string) => `@raw ${text}@`;
/** JSON that contains raw numbers as they are. */
export const writeRaw = (value: unknown) => JSON.stringify(value).replaceAll(/"@raw ([^@]*)@"/g, '$1');

/**
 * Changes trees so that they stay nearly valid: with random `values`, or with values that other samples have under the
 * same name.
 */
export function createMutator(samples: Tree[], values: unknown[], random: () => number) {
  const pick = <Item>(items: Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const known = new Map<string, unknown[]>();
  for (const place of samples.flatMap((sample) => placesOf(sample))) {
    if (!Array.isArray(place.holder)) known.set(place.name, [...(known.get(place.name) ?? []), read(place)]);
  }
  const names = [...known.keys()];
  const strange = ['__proto__', 'constructor', 'CANARY name', '', 'polluted', 'toString'];
  const copy = (value: unknown) => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

  const operators: ((place: Place, places: Place[]) => void)[] = [
    remove,
    (place) => write(place, copy(pick(values))),
    (place) => write(place, copy(pick(known.get(place.name) ?? values))),
    (place) => write(place, copy(pick(known.get(place.name) ?? values))),
    (place) =>
      write(
        { ...place, name: Array.isArray(place.holder) ? `${place.holder.length}` : pick(names) },
        copy(read(place)),
      ),
    (place) => write(place, random() < 0.5 ? [read(place)] : { [pick(names)]: read(place) }),
    (place) => {
      const name = pick(names);
      write({ ...place, name: Array.isArray(place.holder) ? place.name : name }, copy(pick(known.get(name) ?? [])));
    },
    (place) => write({ ...place, name: Array.isArray(place.holder) ? place.name : pick(strange) }, copy(pick(values))),
    (place, places) => {
      const other = pick(places);
      const value = copy(read(other));
      write(other, copy(read(place)));
      write(place, value);
    },
  ];

  /** Changes one to three places of a tree; an empty tree stays as it is. */
  return (tree: Tree): void => {
    const count = 1 + Math.floor(random() * 3);
    for (let done = 0; done < count; done++) {
      const places = placesOf(tree);
      if (places.length > 0) pick(operators)(pick(places), places);
    }
  };
}
