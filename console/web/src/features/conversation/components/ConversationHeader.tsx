import { Badge, Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components';
import {
  ArrowLeftRegular,
  BotRegular,
  CheckmarkRegular,
  HandRightRegular,
  PersonRegular,
  PersonSwapRegular,
} from '@fluentui/react-icons';
import type { Conversation } from '../../../types.ts';
import { channelName, holderName, languageName } from '../../../words.ts';

const useStyles = makeStyles({
  header: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: '8px',
    alignItems: 'center',
    padding: '8px 16px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  who: { flexGrow: 1, minWidth: '140px', flexBasis: 0 },
  name: {
    margin: 0,
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  under: {
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    display: 'flex',
    flexWrap: 'wrap',
    gap: '6px',
    alignItems: 'center',
  },
  // On a phone all there is to do stands in one row.
  resolve: {
    '@media (max-width: 760px)': {
      minWidth: '32px',
      height: '32px',
      padding: '0 5px',
      '& span': { marginRight: 0 },
    },
  },
  label: { '@media (max-width: 760px)': { display: 'none' } },
  narrow: { '@media (min-width: 761px)': { display: 'none' } },
  toCustomer: { '@media (min-width: 1101px)': { display: 'none' } },
});

export type DeskDeed = 'claim' | 'transfer' | 'return' | 'resolve';
type Props = {
  conversation: Conversation;
  busy: boolean;
  onDeed(deed: DeskDeed): void;
  onBack(): void;
  onCustomer(): void;
};

export function ConversationHeader({ conversation, busy, onDeed, onBack, onCustomer }: Props) {
  const styles = useStyles();
  const { holder, mine, assignee, handoff, customer } = conversation;
  const free = holder === 'waiting' || holder === 'bot';
  return (
    <header className={styles.header}>
      <Button
        className={styles.narrow}
        icon={<ArrowLeftRegular />}
        aria-label="Back to the list"
        onClick={onBack}
      />
      <div className={styles.who}>
        <h2 className={styles.name}>
          <bdi>{customer.name ?? 'Customer'}</bdi>
        </h2>
        <div className={styles.under}>
          {channelName(conversation.channel)} · {languageName(conversation.language)}
          {handoff && handoff.priority !== 'normal' && (
            <Badge size="small" color={handoff.priority === 'emergency' ? 'danger' : 'warning'}>
              {handoff.priority === 'emergency' ? 'Emergency' : 'High'}
            </Badge>
          )}
          <Badge size="small" appearance="tint" color={mine ? 'brand' : 'informative'}>
            {mine ? 'Yours' : assignee ? `With ${assignee.name}` : holderName(holder)}
          </Badge>
        </div>
      </div>
      {free && (
        <Button
          appearance="primary"
          icon={<HandRightRegular />}
          disabledFocusable={busy}
          onClick={() => onDeed('claim')}
        >
          {holder === 'bot' ? 'Take over' : 'Take'}
        </Button>
      )}
      {mine && (
        <>
          <Tooltip content="Hand on (h)" relationship="label">
            <Button icon={<PersonSwapRegular />} onClick={() => onDeed('transfer')} />
          </Tooltip>
          <Tooltip content="Return to the bot (b)" relationship="label">
            <Button icon={<BotRegular />} onClick={() => onDeed('return')} />
          </Tooltip>
          <Button
            className={styles.resolve}
            appearance="primary"
            icon={<CheckmarkRegular />}
            aria-label="Resolve"
            onClick={() => onDeed('resolve')}
          >
            <span className={styles.label}>Resolve</span>
          </Button>
        </>
      )}
      <Button
        className={styles.toCustomer}
        icon={<PersonRegular />}
        aria-label="Customer and task"
        onClick={onCustomer}
      />
    </header>
  );
}
