import type { EventBridge, Rule } from '@aws-sdk/client-eventbridge';
import { SERVICE, type Stage } from '../stage/stage.ts';
import { ifAbsent } from './absent.ts';
import { bad, type Check, type Finding, good } from './address-checks.ts';
import { restoring } from './deployed-parts.ts';

/** Checks that the log of results can be read, and that the bus's rule writes into it. */
export const checkResultsLog: Check = async (stage) => {
  const input = { logGroupName: stage.resultsGroup, startTime: Date.now() - 60_000, limit: 1 };
  await (await stage.clients.logs()).filterLogEvents(input);
  const names = { bus: await stage.busName(), log: stage.resultsGroup };
  return { ...(await checkRule(stage, names.bus)), names };
};

async function checkRule(stage: Stage, EventBusName: string): Promise<Finding> {
  const events = await stage.clients.bus();
  const Name = `${stage.bus}-to-log`;
  const rule = await find(events, Name, EventBusName);
  const place = `--event-bus-name ${EventBusName}`;
  if (!rule)
    return bad(
      `the bus ${EventBusName} has no rule ${Name}, so no result gets into the log`,
      restoring(`${SERVICE}-${stage.name}-state`),
    );
  if (rule.State === 'DISABLED')
    return bad(
      `the rule ${Name} is DISABLED, so no result gets into the log`,
      `aws events enable-rule --name ${Name} ${place}`,
    );
  const [, partition, , region, account] = (rule.Arn ?? '').split(':');
  const arn = (service: string, rest: string) => ['arn', partition, service, region, account, rest].join(':');
  const log = arn('logs', `log-group:${stage.resultsGroup}`);
  if ((await targetsOf(events, Name, EventBusName)).includes(log))
    return good(`${stage.resultsGroup} can be read, and the rule ${Name} writes into it`);
  const target = `Id=results-log,Arn=${log},DeadLetterConfig={Arn=${arn('sqs', stage.resultsDead)}}`;
  return bad(
    `the rule ${Name} does not have the log as its target, so no result gets into it`,
    `aws events put-targets ${place} --rule ${Name} --targets '${target}'`,
  );
}

/** An operator lists rules anyway, so no right to describe them is needed. */
async function find(events: EventBridge, NamePrefix: string, EventBusName: string): Promise<Rule | undefined> {
  const found = await events.listRules({ NamePrefix, EventBusName }).catch(ifAbsent);
  return found?.Rules?.find(({ Name }) => Name === NamePrefix);
}

/** A rule has at most five targets, which one reply holds (EventBridge quotas, "Targets per rule"). */
async function targetsOf(events: EventBridge, Rule: string, EventBusName: string): Promise<(string | undefined)[]> {
  const { Targets = [] } = await events.listTargetsByRule({ Rule, EventBusName });
  return Targets.map(({ Arn }) => Arn);
}
