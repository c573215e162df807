import { Badge, makeStyles, tokens } from '@fluentui/react-components';
import { clockTime, useDistrictNow, waited } from '../../../live/time.ts';
import type { Reading } from '../../../types.ts';
import { channelName, languageName, reasonName, sentence } from '../../../words.ts';
import { WorkSection } from '../../work/components/WorkSection.tsx';
import { TaskForm } from './TaskForm.tsx';

const useStyles = makeStyles({
  pane: { height: '100%', overflowY: 'auto', padding: '14px 16px', boxSizing: 'border-box' },
  title: { margin: '0 0 8px', fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400 },
  section: { marginBottom: '22px' },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: '6px 12px',
    margin: 0,
    '& dt': { color: tokens.colorNeutralForeground2 },
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
  },
});

/** The right pane: who the customer is, why they are here, and what they came to do. */
export function CustomerPane({
  reading,
  onChanged,
}: {
  reading: Omit<Reading, 'transcript'>;
  onChanged(): void;
}) {
  const styles = useStyles();
  const now = useDistrictNow();
  const { conversation, customer, task } = reading;
  const { handoff, holder } = conversation;
  const proof = customer.proof && Date.parse(customer.proof.until) >= now ? customer.proof : null;
  const lapsed = customer.lapsed || proof !== customer.proof;
  return (
    <section className={styles.pane} aria-label="Customer and task">
      <div className={styles.section}>
        <h2 className={styles.title}>Customer</h2>
        <dl className={styles.facts}>
          <dt>Name</dt>
          <dd>
            <bdi>{customer.name ?? 'Not known'}</bdi>
          </dd>
          <dt>Verified</dt>
          <dd>
            {proof ? (
              <>
                <Badge size="small" color="success" appearance="tint">
                  {proof.level}
                </Badge>{' '}
                until {clockTime(proof.until)}
              </>
            ) : lapsed ? (
              'Not any more'
            ) : (
              'Not verified'
            )}
          </dd>
          {proof && (
            <>
              <dt>Account</dt>
              <dd>{proof.accountNumber}</dd>
            </>
          )}
          <dt>Channel</dt>
          <dd>{channelName(customer.channel)}</dd>
          <dt>Language</dt>
          <dd>{languageName(customer.language)}</dd>
        </dl>
      </div>
      {handoff && (
        <div className={styles.section}>
          <h2 className={styles.title}>Why a person</h2>
          <dl className={styles.facts}>
            <dt>Reason</dt>
            <dd>{reasonName(handoff.reason)}</dd>
            {holder === 'waiting' && (
              <>
                <dt>Waiting</dt>
                <dd>{waited(handoff.waitingSince, now)}</dd>
              </>
            )}
            {handoff.skills.length > 0 && (
              <>
                <dt>Skills</dt>
                <dd>{handoff.skills.map(sentence).join(', ')}</dd>
              </>
            )}
          </dl>
        </div>
      )}
      <div className={styles.section}>
        <h2 className={styles.title}>Task</h2>
        {task ? (
          <TaskForm
            key={`${conversation.conversationId} ${task.kind}`}
            id={conversation.conversationId}
            task={task}
            editable={conversation.mine}
            onChanged={onChanged}
          />
        ) : (
          <p>No task is open.</p>
        )}
      </div>
      {proof && (
        <div className={styles.section}>
          <h2 className={styles.title}>Orders and cases</h2>
          <WorkSection id={conversation.conversationId} version={conversation.version} />
        </div>
      )}
    </section>
  );
}
