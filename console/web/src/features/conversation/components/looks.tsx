import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { clockTime } from '../../../live/time.ts';
import type { Entry } from '../../../types.ts';
import { reasonName, sentence } from '../../../words.ts';

const useStyles = makeStyles({
  line: { display: 'flex', flexDirection: 'column', maxWidth: '80%', gap: '2px' },
  left: { alignSelf: 'flex-start', alignItems: 'flex-start' },
  right: { alignSelf: 'flex-end', alignItems: 'flex-end' },
  meta: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2, padding: '0 4px' },
  bubble: {
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusXLarge,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    lineHeight: tokens.lineHeightBase300,
  },
  customer: { backgroundColor: tokens.colorNeutralBackground4, color: tokens.colorNeutralForeground1 },
  bot: {
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  csr: { backgroundColor: tokens.colorBrandBackground2, color: tokens.colorNeutralForeground1 },
  note: {
    backgroundColor: tokens.colorStatusWarningBackground1,
    color: tokens.colorNeutralForeground1,
    border: `1px dashed ${tokens.colorStatusWarningBorder2}`,
  },
  event: {
    alignSelf: 'center',
    maxWidth: '90%',
    textAlign: 'center',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    overflowWrap: 'anywhere',
  },
  danger: { color: tokens.colorStatusDangerForeground1, fontWeight: 600 },
  files: { margin: '4px 0 0', paddingLeft: '18px' },
});

type Look = (props: { entry: Entry; customer: string }) => ReactNode;

function Bubble(props: {
  entry: Entry;
  who: ReactNode;
  side: 'left' | 'right';
  tone: 'customer' | 'bot' | 'csr' | 'note';
}) {
  const styles = useStyles();
  const { entry, who, side, tone } = props;
  return (
    <li className={mergeClasses(styles.line, styles[side])} data-look={tone}>
      <span className={styles.meta}>
        {who} · <time dateTime={entry.at}>{clockTime(entry.at)}</time>
      </span>
      <div className={mergeClasses(styles.bubble, styles[tone])} dir="auto">
        {entry.text}
        {entry.attachments.length > 0 && (
          <ul className={styles.files}>
            {entry.attachments.map(({ name, url }) => (
              <li key={name + url}>
                {url ? (
                  <a href={url} target="_blank" rel="noreferrer" download>
                    {name}
                  </a>
                ) : (
                  name
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

function Happening({ entry }: { entry: Entry }) {
  const styles = useStyles();
  return (
    <li
      className={mergeClasses(styles.event, entry.event === 'emergency.raised' && styles.danger)}
      data-look="event"
    >
      {happening(entry)} · <time dateTime={entry.at}>{clockTime(entry.at)}</time>
    </li>
  );
}

/** What an event reads as; those of the desk say who did it, which the customer's line leaves out. */
const happenings: Record<string, (entry: Entry) => string> = {
  'handoff.initiate': () => 'The bot brought in a person',
  'serviceOrder.booked': ({ text }) => `Service order booked: ${text}`,
  'customer.left': () => 'The customer has left the chat',
  'desk.emergencySeen': ({ author }) => `${author} has seen the emergency`,
  'desk.claimed': ({ author }) => `${author} took the conversation`,
  'desk.transferred': ({ author, to }) => `${author} handed the conversation on${to ? ` to ${to}` : ''}`,
  'emergency.raised': ({ text }) => `Emergency: ${reasonName(text)}`,
  'emergency.reported': ({ text }) => `Case ${text.split(', ').at(-1)} opened; people on call are paged`,
  'emergency.notRecorded': () => 'The emergency could not be recorded: call the people on call yourself',
  'sender.refused': ({ text }) => `Refused, the sender is blocked: ${text}`,
  'desk.returned': ({ author }) => `${author ?? 'A CSR'} returned it to the bot`,
  'desk.resolved': ({ author }) => `${author} closed the conversation`,
  'desk.disposition': ({ text }) => `Disposition: ${text}`,
  'desk.taskChanged': ({ author, text }) => `${author} changed ${text.split(', ').map(sentence).join(', ')}`,
  'desk.taskCompleted': ({ author, text }) => `${author} completed the task: ${text}`,
};
const happening = (entry: Entry): string =>
  happenings[entry.event ?? '']?.(entry) ?? (entry.text || sentence(entry.event ?? 'event'));

/** The one map from what an entry is to how it looks. */
export const looks: Record<'customer' | 'bot' | 'csr' | 'system' | 'note' | 'event', Look> = {
  customer: ({ entry, customer }) => (
    <Bubble entry={entry} who={<bdi>{customer}</bdi>} side="left" tone="customer" />
  ),
  bot: ({ entry }) => <Bubble entry={entry} who="Bot" side="right" tone="bot" />,
  csr: ({ entry }) => (
    <Bubble entry={entry} who={<bdi>{entry.author ?? 'CSR'}</bdi>} side="right" tone="csr" />
  ),
  system: ({ entry }) => <Bubble entry={entry} who="Automatic" side="right" tone="bot" />,
  note: ({ entry }) => (
    <Bubble
      entry={entry}
      who={
        <>
          <LockClosedRegular aria-hidden /> Private note, <bdi>{entry.author}</bdi>
        </>
      }
      side="right"
      tone="note"
    />
  ),
  event: ({ entry }) => <Happening entry={entry} />,
};

/** What is an event of ours has its own look; whatever a customer sends looks like the customer's. */
export const lookOf = ({ kind, from }: Entry): Look =>
  looks[kind === 'message' || (kind === 'event' && from === 'customer') ? from : kind];

/** A customer's client signals without words, such as that the page was opened: nothing that a CSR reads. */
export const isShown = ({ kind, from, text, attachments }: Entry): boolean =>
  kind !== 'event' || from !== 'customer' || text !== '' || attachments.length > 0;
