/** A metric: namespace, name, and all of its dimensions. Another set of dimensions is another metric. */
export interface Metric {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

/** One measured value. The time is in milliseconds since 1970. */
export interface Sample extends Metric {
  time: number;
  value: number;
}

/** Points of equal length, oldest first. A period without a sample has no point. */
export type Series = (number | undefined)[];

/** The periods that are read: their number, their length in seconds, and the end of the newest, in milliseconds since 1970. */
export interface Periods {
  count: number;
  seconds: number;
  end: number;
}

/** One text for one metric, whatever the order of its dimensions. */
export const metricKey = ({ namespace, name, dimensions }: Metric): string =>
  `${namespace} ${name} {${Object.entries(dimensions)
    .map((pair) => pair.join('='))
    .sort()
    .join()}}`;

/** The statistics of the values of a period (User Guide, "CloudWatch statistics definitions"). */
const STATISTICS: Record<string, (values: number[]) => number> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  SampleCount: (values) => values.length,
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

/** CloudWatch's metrics. A metric exists from its first sample on. */
export function createMetricStore() {
  const metrics = new Map<string, Sample[]>();

  return {
    put(sample: Sample): void {
      const key = metricKey(sample);
      const samples = metrics.get(key) ?? [];
      metrics.set(key, samples);
      samples.splice(samples.findLastIndex(({ time }) => time <= sample.time) + 1, 0, sample);
    },
    /** The points of a metric by its key. A sample belongs to the period that begins at its time or before. */
    read(key: string, statistic: string, { count, seconds, end }: Periods): Series {
      const calculate = STATISTICS[statistic];
      if (!calculate) throw new Error(`the stand-in does not know the statistic ${statistic}`);
      const length = seconds * 1000;
      const begin = end - count * length;
      const values: number[][] = Array.from({ length: count }, () => []);
      const samples = metrics.get(key) ?? [];
      for (const { time, value } of samples.slice(samples.findLastIndex((sample) => sample.time < begin) + 1))
        values[Math.floor((time - begin) / length)]?.push(value);
      return values.map((period) => (period.length > 0 ? calculate(period) : undefined));
    },
  };
}
export type MetricStore = ReturnType<typeof createMetricStore>;
