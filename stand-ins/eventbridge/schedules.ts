/** A rule as in CloudFormation, which sends a constant text to FIFO queues at a rate. */
export interface Schedule {
  ScheduleExpression: string;
  Targets: { Arn: string; Input: string; SqsParameters: { MessageGroupId: string } }[];
}

/** What a schedule sends, and the ARN of the queue that gets it. */
export type Sent = { queueArn: string; body: string; group: string };

const MINUTE = 60_000;

/**
 * Starts schedules, whose rates are divided by `scale`. As in EventBridge, each sends first when one period is over. Nobody waits
 * for a message that could not be sent: the next one comes by itself. Returns what stops them.
 */
export function startSchedules(schedules: Schedule[], scale: number, send: (sent: Sent) => Promise<unknown>) {
  const timers = schedules.map(({ ScheduleExpression, Targets }) => {
    const sendAll = () => {
      for (const { Arn: queueArn, Input: body, SqsParameters } of Targets)
        send({ queueArn, body, group: SqsParameters.MessageGroupId }).catch(() => undefined);
    };
    return setInterval(sendAll, periodOf(ScheduleExpression) / scale).unref();
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** Milliseconds between two messages. Throws for an expression that is no rate in minutes. */
function periodOf(expression: string): number {
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(expression) ?? [];
  if (minutes === undefined) throw new Error(`the local stack does not know the schedule ${expression}`);
  return Number(minutes) * MINUTE;
}
