/**
 * Runs `work` with a signal that aborts after `milliseconds`, and at once if that is less than one. AbortSignal.timeout is
 * not used because it can't be cancelled: it would fire, and create an exception, for every request that was answered long
 * ago. Throws a RangeError if `milliseconds` is not a number.
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
