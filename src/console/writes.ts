import * as z from 'zod';
import { RESOLUTIONS } from '../contracts/operator-events.ts';
import { replayOne, resolveOne } from './operating.ts';
import type { Parts, Payload, Routes } from './parts.ts';

const Replay = z.object({ key: z.string(), outOfOrder: z.boolean().default(false) });
const Resolve = z.object({
  key: z.string(),
  as: z.enum(RESOLUTIONS),
  reason: z.string().trim().min(1).max(1000),
});

/** The write routes of any stage, by path. */
export const createWrites = (parts: Parts): Routes['writes'] => ({
  '/console/replay': on(Replay, (request) => replayOne(parts, request)),
  '/console/resolve': on(Resolve, (request) => resolveOne(parts, request)),
});

/** Acts only on a body of the right shape; gives undefined for any other. */
export function on<Shape extends z.ZodType>(shape: Shape, act: (input: z.output<Shape>) => Payload) {
  return (body: Record<string, unknown>): Payload => {
    const read = shape.safeParse(body);
    return read.success ? act(read.data) : undefined;
  };
}
