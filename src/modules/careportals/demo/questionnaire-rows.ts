import type { DemoBatch } from './demo-batch.ts';
import { type DemoRun, past } from './demo-run.ts';
import type { Person } from './plan-people.ts';

/** Questions that a submission answers. */
export const ANSWERS_PER_SESSION = 5;

const KINDS = ['wlus', 'wlusmonthly', 'facesheet', 'facesheet_ext'];
const QUESTIONS = [
  { type: 'direct-text-string', shape: 'string-text', answer: () => ({ value: 'none' }) },
  { type: 'direct-number', shape: 'number', answer: (below: (limit: number) => number) => ({ value: 60 + below(90) }) },
  { type: 'single-choice', shape: 'option', answer: () => ({ option: { yes: true } }) },
  { type: 'multi-choice', shape: 'list', answer: () => ({ list: [{ name: 'nausea' }, { name: 'headache' }] }) },
  { type: 'direct-text-string', shape: 'string-text', answer: () => ({ value: 'nothing to add' }) },
] as const;

/** Adds the first `answers` answers of one submission. */
export function addSubmission(batch: DemoBatch, run: DemoRun, person: Person, startMs: number, answers: number): void {
  const { ids, random } = run;
  const at = startMs + random.between(2, 40) * 60_000;
  const sessionId = ids.mongoId(random);
  const kind = random.pick(KINDS);
  QUESTIONS.slice(0, answers).forEach(({ type, shape, answer }, index) => {
    const given = answer((limit) => random.below(limit));
    batch.questionnaire_responses.push({
      public_id: ids.publicId(),
      questionnaire_id: kind,
      session_id: sessionId,
      customer_id: person.customerId,
      question_index: index,
      question_type: type,
      answer_data_type: shape,
      answer_count: 'list' in given ? given.list.length : 1,
      answers: JSON.stringify(given),
      composite_key: `${kind}|${index}|${type}`,
      created_at: past(run, at),
    });
  });
}
