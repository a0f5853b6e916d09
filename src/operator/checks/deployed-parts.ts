import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import type { Service } from '../../lib/operations/operation.ts';
import { findMapping } from '../stage/pausing.ts';
import { servicesOf } from '../stage/queues.ts';
import { SERVICE, type Stage } from '../stage/stage.ts';
import { suggestion } from '../suggestion.ts';
import { bad, type Check, type Finding, good } from './address-checks.ts';

/** Checks that each queue's messages get to their function. docs/runbook.md says how they are paused and resumed. */
export const checkMappings: Check = async (stage) => {
  const services = await servicesOf(stage);
  const found = await Promise.all(services.map((service) => findingOf(stage, service)));
  const wrong = found.filter(({ level }) => level !== 'good');
  if (wrong.length === 0) return good(`${services.join(' and ')} enabled`);
  return {
    level: wrong.some(({ level }) => level === 'bad') ? 'bad' : 'warning',
    text: wrong.map(({ text }) => text).join('; '),
    fix: [...new Set(wrong.map(({ fix }) => fix))].join('; '),
  };
};

async function findingOf(stage: Stage, service: Service): Promise<Finding> {
  const mapping = await findMapping(stage, service);
  if (!mapping)
    return bad(
      `${service}: no event source mapping leads from its queue to ${stage.functionNames[service]}, so its changes wait in the queue`,
      restoring(`${SERVICE}-${stage.name}`),
    );
  return ofMapping(service, stage, mapping);
}

/** The reason of a state that a person chose (Lambda API Reference, EventSourceMappingConfiguration). */
const BY_A_PERSON = 'USER_INITIATED';

function ofMapping(service: Service, { name }: Stage, mapping: EventSourceMappingConfiguration): Finding {
  const { State = 'without a state', StateTransitionReason: reason = BY_A_PERSON } = mapping;
  if (State === 'Enabled') return good(State);
  const is = `${service}: the event source mapping is ${State}`;
  if (['Creating', 'Enabling', 'Updating'].includes(State))
    return { level: 'warning', text: `${is}; its changes may wait meanwhile`, fix: 'look again in a minute' };
  if (!['Disabled', 'Disabling'].includes(State))
    return bad(`${is}, so its changes wait in the queue`, restoring(`${SERVICE}-${name}`));
  const resume = suggestion('resume', [], ['--only', service]);
  if (reason !== BY_A_PERSON)
    return bad(`${is} (${reason}), so its changes wait in the queue`, `remove the cause, then: ${resume}`);
  return { level: 'warning', text: `${is}: paused, and its changes wait in the queue for up to 14 days`, fix: resume };
}

/** Checks that each function may run at all: one with a reserved concurrency of 0 is stopped. */
export const checkReserved: Check = async (stage) => {
  const lambda = await stage.clients.lambda();
  const functions = [...(await servicesOf(stage)), 'webhook' as const];
  const reserved = await Promise.all(
    functions.map(async (one) => {
      const { ReservedConcurrentExecutions } = await lambda.getFunctionConcurrency({
        FunctionName: stage.functionNames[one],
      });
      return { one, count: ReservedConcurrentExecutions };
    }),
  );
  const stopped = reserved.flatMap(({ one, count }) => (count === 0 ? [one] : []));
  if (stopped.length > 0)
    return {
      level: 'warning',
      text: `paused, because the reserved concurrency is 0: ${stopped.map((one) => `${one} (${EFFECT[one]})`).join(', ')}`,
      fix: stopped.map((one) => resumptionOf(stage, one)).join('; '),
    };
  return good(reserved.map(({ one, count }) => `${one}: ${count ?? 'none'}`).join('; '));
};

const QUEUED = 'its changes wait in the queue';
const EFFECT = { dcs: QUEUED, sms: QUEUED, webhook: 'every request fails, and senders must send again' };
/** The parameter of a stage's file that says how much is reserved for the function of a queue. */
const PARAMETER = 'maximumConcurrency';

/** The command pauses a queue by its mapping, so it restores only the webhook's concurrency. */
function resumptionOf({ name, functionNames }: Stage, one: keyof typeof EFFECT): string {
  if (one === 'webhook') return suggestion('resume', [], ['--only', one]);
  const command = (verb: string) => `aws lambda ${verb}-function-concurrency --function-name ${functionNames[one]}`;
  return `${command('put')} --reserved-concurrent-executions N, where N is ${PARAMETER} in stages/${name}.yml; where the stage reserves none: ${command('delete')}`;
}

/**
 * How what was deleted by hand gets back into a stack. A deployment of the same template would change nothing (CloudFormation User
 * Guide, "Using drift-aware change sets").
 */
export const restoring = (stack: string) =>
  `as who deploys: aws cloudformation create-change-set --stack-name ${stack} --change-set-name restore --use-previous-template --deployment-mode REVERT_DRIFT --capabilities CAPABILITY_NAMED_IAM, then look at the change set and execute it`;
