import { makeSubscription, NOON } from '../make-rows.ts';
import { claim, type Probe } from './probe.ts';

const ID = 'VARCHAR(50) CHARACTER SET ascii COLLATE ascii_bin';
const SPINE = `(id ${ID}, state VARCHAR(9) CHARACTER SET ascii COLLATE ascii_bin, UNIQUE KEY (id, state))`;

function child(state: string, actions: string): string {
  return `CREATE TABLE spine_child (id ${ID}, state VARCHAR(9) ${state}, FOREIGN KEY (id, state) REFERENCES spine (id, state) ${actions})`;
}

/** Facts about the three tables of subscriptions and their spine. */
export const subscriptionProbes: Record<string, Probe> = {
  'second-table': async ({ ours }) => {
    await makeSubscription(ours, 'two-tables', 'active');
    const second = `INSERT INTO subscriptions_paused (subscription_id, cycle, status, created_at) VALUES ('two-tables', 1, 'paused', '${NOON}')`;
    return String(await ours.errorOf(second));
  },

  'state-without-move': async ({ ours }) => {
    await makeSubscription(ours, 'left-behind', 'active');
    return String(
      await ours.errorOf("UPDATE subscriptions SET state = 'paused' WHERE subscription_id = 'left-behind'"),
    );
  },

  'spine-forms': async ({ scratch }) => {
    const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
    await scratch.run(`CREATE TABLE spine ${SPINE}`);
    const virtual = await scratch.errorOf(child(`${ascii} AS ('active') VIRTUAL`, ''));
    const cascade = await scratch.errorOf(child(`${ascii} AS ('active') STORED`, 'ON UPDATE CASCADE'));
    const unnamed = await scratch.errorOf(child("AS ('active') STORED", ''));
    return [virtual, cascade, unnamed].join(', ');
  },

  'check-names': async ({ ours, scratch }) => {
    await scratch.run('CREATE TABLE cycles (cycle INT, CONSTRAINT check_cycle CHECK (cycle > 0))');
    await makeSubscription(ours, 'cycle-check', 'paused');
    const zero = await ours.errorOf("UPDATE subscriptions_paused SET cycle = 0 WHERE subscription_id = 'cycle-check'");
    claim(zero === 3819, 'cycle 0 is refused in the paused table too');
    return String(
      await scratch.errorOf('CREATE TABLE more_cycles (cycle INT, CONSTRAINT check_cycle CHECK (cycle > 0))'),
    );
  },

  'cycle-correction': async ({ ours }) => {
    await makeSubscription(ours, 'corrected', 'active');
    await ours.run(
      "UPDATE subscriptions_active SET cycle = 5 WHERE subscription_id = 'corrected'",
      "UPDATE subscriptions_active SET cycle = 4 WHERE subscription_id = 'corrected'",
    );
    return 'shown';
  },

  'moves-unseen': async ({ scratch }) => {
    await scratch.run(
      'CREATE TABLE seen_active (id INT PRIMARY KEY, status VARCHAR(20))',
      'CREATE TABLE seen_cancelled LIKE seen_active',
      `CREATE TRIGGER validate_subscription_status_change BEFORE UPDATE ON seen_active FOR EACH ROW
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'seen'`,
      "INSERT INTO seen_cancelled VALUES (1, 'cancelled')",
      "INSERT INTO seen_active SELECT id, 'active' FROM seen_cancelled",
      'DELETE FROM seen_cancelled',
      "INSERT INTO seen_cancelled SELECT id, 'cancelled' FROM seen_active",
      'DELETE FROM seen_active',
    );
    return 'shown';
  },

  'ended-kept': async ({ ours }) => {
    await makeSubscription(ours, 'ended', 'cancelled');
    await ours.run("UPDATE subscriptions_cancelled SET status = 'ended' WHERE subscription_id = 'ended'");
    return 'shown';
  },
};
