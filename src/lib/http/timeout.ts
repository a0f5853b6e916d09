/**
 * Does a work with a signal that aborts after so many milliseconds, at once for less than one. AbortSignal.timeout can't be
 * called off: it would run out, with an exception made for nobody, for every request that was answered long ago. Throws a
 * RangeError for what is no number.
 */
export async function withTimeout<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (Number.isNaN(milliseconds)) throw new RangeError('a deadline must be a number of milliseconds');
  const controller = new AbortController();
  if (milliseconds < 1) controller.abort();
  const timer = setTimeout(() => controller.abort(), milliseconds).unref();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
