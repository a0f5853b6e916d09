import * as z from 'zod';
import { type ControlCall, ok, parsed } from './control-calls.ts';
import type { World } from './world.ts';

/** The simulator's time in milliseconds since 1970. It runs like the clock that it was made from, some time ahead or behind. */
export interface Clock {
  now(): number;
  /** Moves it by some milliseconds. */
  move(ms: number): void;
  /** How far it is ahead of the clock that it was made from. */
  ahead(): number;
}

export function createClock(base: () => number): Clock {
  let ahead = 0;
  return {
    now: () => base() + ahead,
    move: (ms) => {
      ahead += ms;
    },
    ahead: () => ahead,
  };
}

/** About a hundred years: a date so far away can still be written. */
const MAX_MOVE = 3_155_760_000_000;

const Now = z.strictObject({ now: z.iso.datetime({ offset: true }) });
const Advance = z.strictObject({ advance_ms: z.int().min(0).max(MAX_MOVE) });

const shown = (world: World) => ok({ now: new Date(world.clock()).toISOString() });

export const showClock: ControlCall = shown;

/** PUT clock: sets it to a date. */
export const setClock: ControlCall = (world, { body }) => {
  const { now } = parsed(Now, body ?? {});
  world.moveClock(Date.parse(now) - world.clock());
  return shown(world);
};

/** POST clock: moves it on. */
export const advanceClock: ControlCall = (world, { body }) => {
  world.moveClock(parsed(Advance, body ?? {}).advance_ms);
  return shown(world);
};
