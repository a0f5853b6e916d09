import { samplesIn } from '../../stand-ins/cloudwatch/embedded-metrics.ts';
import { metricKey } from '../../stand-ins/cloudwatch/metric-store.ts';

/** The metrics in lines of the embedded metric format, each as `NAMESPACE NAME {a=b}` with its dimensions. */
export const emittedIn = (lines: string[]): Set<string> => new Set(lines.flatMap(samplesIn).map(metricKey));
