import type { Act, ActAgain, Command, Story } from './commands.ts';
import { type Answer, type Delivery, mutationOf, type Request, World } from './world.ts';

/** What a command comes to once the model has done it: what to do to the server, and what that must answer. */
export type Step =
  | { do: 'ask'; request: Request; expected: Answer[] }
  | { do: 'deliver'; delivery: Delivery }
  | { do: 'wait' | 'restart'; ms: number };

/** Does it in the model; null for the repeat of something that there was not yet. */
export function stepOf(world: World, command: Command): Step | null {
  switch (command.do) {
    case 'act':
      return asking(world, world.requestOf(command), command.key === null ? 1 : command.copies);
    case 'actAgain':
      return asking(world, again(world.asked[command.back], command.with));
    case 'tell':
      return delivering(world, world.deliveryOf(command));
    case 'tellAgain':
      return delivering(world, world.delivered[command.back]);
    default:
      return { do: command.do, ms: world.wait(command.ms) };
  }
}

/** A story in plain lines, as its commands came out where its subscriptions stood by then. */
export function retell({ births, commands }: Story): string[] {
  const world = new World(
    births.map((_, index) => `#${index}`),
    Date.parse('2026-03-01T12:00:00.000Z'),
  );
  return [...births, ...commands].map((command) => {
    const step = stepOf(world, command);
    return `${new Date(world.now).toISOString()} ${step === null ? 'nothing to repeat' : inWords(step)}`;
  });
}

function asking(world: World, request: Request | null, copies: Act['copies'] = 1): Step | null {
  if (request === null) return null;
  return { do: 'ask', request, expected: Array.from({ length: copies }, () => world.receive(request)) };
}

function again(first: Request | undefined, what: ActAgain['with']): Request | null {
  if (first === undefined) return null;
  if (what === 'other input') return { ...first, reason: 'something else' };
  return what === 'nothing' ? first : { ...first, who: first.who === 'bob' ? 'ann' : 'bob' };
}

function delivering(world: World, delivery: Delivery | undefined): Step | null {
  if (delivery === undefined) return null;
  world.hear(delivery);
  return { do: 'deliver', delivery };
}

function inWords(step: Step): string {
  if (step.do === 'deliver') return `CarePortals: ${step.delivery.event} ${JSON.stringify(step.delivery.body)}`;
  if (step.do !== 'ask') return `${step.do} ${step.ms} ms`;
  const { who, index, action, reason, expectedVersion, key } = step.request;
  const { name, ...args } = action;
  const input = { ...args, reason, expectedVersion, idempotencyKey: key };
  const [answer] = step.expected;
  const outcome = answer?.auditEntry ? `${answer.auditEntry.effect} ${answer.auditEntry.version}` : answer?.codes[0];
  return `${who}: ${mutationOf({ ...action, name } as Request['action'])} #${index} ${JSON.stringify(input)}${times(step.expected.length)} must be ${outcome}`;
}

function times(copies: number): string {
  return copies === 1 ? '' : ` ${copies} times at once`;
}
