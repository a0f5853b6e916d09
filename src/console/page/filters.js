import { isOver } from './words.js';

/** The filters by their word in the address. */
export const FILTERS = {
  all: { title: 'All', fits: () => true },
  'in-flight': { title: 'In flight', fits: ({ state }) => !isOver(state) },
  'not-succeeded': { title: 'Not succeeded', fits: ({ state }) => isOver(state) && state !== 'succeeded' },
  dead: { title: 'Dead letters', fits: ({ dead }) => Boolean(dead) },
  queued: { title: 'Queued', fits: ({ state }) => state === 'queued' },
  retrying: { title: 'Retrying', fits: ({ state }) => state === 'waiting' || state === 'reading back' },
  disagreeing: { title: 'Mismatches', fits: ({ agrees }) => agrees === false },
};

/** Filters that always have a button. The others are reached from the status bar. */
export const USUAL = ['all', 'in-flight', 'not-succeeded', 'dead'];

/** The rows that a route shows, and how many are hidden for each reason. */
export function filtered(rows, { show, find, task, samples }, clearedAt) {
  const visible = rows.filter(({ at }) => at > clearedAt);
  const own = samples ? visible : visible.filter(({ proof, dead }) => !proof || dead);
  const word = find.toLowerCase();
  const ofTask = own.filter((row) => task === undefined || row.task === task);
  const found = word === '' ? ofTask : ofTask.filter((row) => speaks(row, word));
  const { fits } = FILTERS[show] ?? FILTERS.all;
  return {
    shown: found.filter(fits),
    own,
    cleared: rows.length - visible.length,
    samples: visible.length - own.length,
  };
}

const speaks = ({ ref, name, task = '', state }, word) =>
  [ref, name, task, state].some((text) => text.toLowerCase().includes(word));
