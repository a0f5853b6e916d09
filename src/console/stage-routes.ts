import * as z from 'zod';
import { RESOLUTIONS } from '../contracts/operator-events.ts';
import { replayOne, resolveOne } from './operating.ts';
import type { Parts, Payload, Routes } from './parts.ts';
import { viewStory } from './story-view.ts';

const Replay = z.object({ key: z.string(), outOfOrder: z.boolean().default(false) });
const Resolve = z.object({
  key: z.string(),
  as: z.enum(RESOLUTIONS),
  reason: z.string().trim().min(1).max(1000),
});

/** The routes of any stage, by path. */
export function createStageRoutes(parts: Parts): Routes {
  const { view, provider, validate, attached } = parts;
  return {
    reads: {
      '/console/story': async (query) => {
        const known = view.find(query.get('ref') ?? '', query.get('key'));
        if (!known) return undefined;
        const at = attached();
        const ledger = (await at?.ledger.read(known)) ?? {};
        const forecast = known.dead && (await at?.ledger.forecastOf(validate(known)));
        const calls = view.callsOf(known);
        return viewStory(known, calls, provider.view(calls ?? []), { ...ledger, forecast }, Date.now());
      },
    },
    writes: {
      '/console/replay': on(Replay, (request) => replayOne(parts, request)),
      '/console/resolve': on(Resolve, (request) => resolveOne(parts, request)),
    },
  };
}

/** Calls `act` only with a body of the right shape; returns undefined for any other. */
export function on<Shape extends z.ZodType>(shape: Shape, act: (input: z.output<Shape>) => Payload) {
  return (body: Record<string, unknown>): Payload => {
    const read = shape.safeParse(body);
    return read.success ? act(read.data) : undefined;
  };
}
