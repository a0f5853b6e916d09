/** The metrics in a line of the embedded metric format, each as `NAMESPACE NAME {a=b}` with its dimensions. */
export function emittedIn(lines: string[]): Set<string> {
  return new Set(lines.filter((line) => line.includes('"_aws"')).flatMap(metricsOf));
}

interface Embedded {
  _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  [member: string]: unknown;
}

function metricsOf(line: string): string[] {
  const embedded = JSON.parse(line) as Embedded;
  return embedded._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) => {
      if (typeof embedded[Name] !== 'number') throw new Error(`the metric ${Name} has no value`);
      return Dimensions.map((names) =>
        metricKey(
          Namespace,
          Name,
          names.map((name) => [name, String(embedded[name])]),
        ),
      );
    }),
  );
}

/** One text for one metric, whatever the order of its dimensions. */
export function metricKey(namespace: string, name: string, dimensions: [string, string][]): string {
  return `${namespace} ${name} {${dimensions
    .map((pair) => pair.join('='))
    .sort()
    .join()}}`;
}
