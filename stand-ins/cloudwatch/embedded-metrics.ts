import type { Sample } from './metric-store.ts';

interface Embedded {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  [member: string]: unknown;
}

/** The samples in a line of the embedded metric format (User Guide, "Specification: Embedded metric format"); none in any other line. */
export function samplesIn(line: string): Sample[] {
  if (!line.includes('"_aws"')) return [];
  const embedded = JSON.parse(line) as Embedded;
  const { Timestamp: time, CloudWatchMetrics } = embedded._aws;
  const one = (namespace: string, name: string, names: string[]): Sample => {
    const value = embedded[name];
    if (typeof value !== 'number') throw new Error(`the metric ${name} has no value`);
    const dimensions = Object.fromEntries(names.map((dimension) => [dimension, String(embedded[dimension])]));
    return { namespace, name, dimensions, time, value };
  };
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) => Dimensions.map((names) => one(Namespace, Name, names))),
  );
}
