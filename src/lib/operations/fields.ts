import * as z from 'zod';
import type { Json, JsonObject } from '../operation.ts';

/** An id that stands in a path: it has no character that could change the route. The manuals give no pattern but SMS's 1 to 36 characters. */
export const pathId = (most: number) =>
  z
    .string({ error: 'must be text' })
    .regex(new RegExp(`^[A-Za-z0-9-]{1,${most}}$`), { error: `must be 1 to ${most} characters of A-Z a-z 0-9 -` });

/** How a DCS migration task reconnects after a network fault (seeds 000, 001, 002). */
export const ResumeMode = z.enum(['auto', 'manual'], { error: 'must be auto or manual' });

/** A task as a GET shows it: the manuals' own examples lack most members, so none is required. */
export const ShownTask: z.ZodType<JsonObject> = z.record(z.string(), z.custom<Json>());
