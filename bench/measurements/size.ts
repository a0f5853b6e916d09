import type { Measurement } from '../bench.ts';

/** Row 10: the larger bundle of the two functions that are fed by a queue. */
export const measureSize: Measurement = async ({ bundles: { sizes } }) => {
  const [dcs = 0, sms = 0] = [sizes['dcs-changes.mjs'], sizes['sms-changes.mjs']];
  return { 10: { samples: { relay: [Math.max(dcs, sms) / 1000] } } };
};
