import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
} from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { seen } from '../features/conversation/api/conversation.ts';
import { useLiveState } from '../live/liveContext.tsx';
import type { Alarm, Session } from '../types.ts';

const useStyles = makeStyles({ wrap: { overflowWrap: 'anywhere' } });
const most = 2;
const nameOf = ({ conversationId, epoch, rung }: Alarm) => `${conversationId} ${epoch} ${rung}`;

/** Emergencies that nobody has taken: they stay on top of every desk until they are taken, or opened here. */
export function Alarms({
  session: { csr, about },
  selected,
  onOpen,
}: {
  session: Session;
  selected: string | null;
  onOpen(conversationId: string): void;
}) {
  const styles = useStyles();
  const { alarms } = useLiveState();
  const [opened, setOpened] = useState<Set<string>>(new Set());
  const isMine = (alarm: Alarm) => alarm.csrId === csr.id;
  function answer(alarm: Alarm): void {
    setOpened((known) => new Set([...known, nameOf(alarm)]));
    if (isMine(alarm)) void seen(alarm.conversationId);
  }
  // What rings and is opened in the list is opened as well; what rises while it is open still has to be seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the opening counts
  useEffect(() => {
    for (const alarm of alarms) if (alarm.conversationId === selected) answer(alarm);
  }, [selected]);
  const ringing = alarms
    .filter((alarm) => !opened.has(nameOf(alarm)))
    .sort((a, b) => Number(isMine(b)) - Number(isMine(a)));
  const count = ringing.length;
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Emergency · ${about.district}` : `Desk · ${about.district}`;
  }, [count, about.district]);
  const where = (alarm: Alarm) =>
    alarm.csrId === null ? 'waits in line' : isMine(alarm) ? 'is with you' : 'is with a colleague';

  return (
    <div role="alert">
      {ringing.slice(0, most).map((alarm) => (
        <MessageBar key={nameOf(alarm)} intent="error" data-alarm>
          <MessageBarBody className={styles.wrap}>
            <MessageBarTitle>Emergency</MessageBarTitle>
            <bdi>{alarm.customer ?? 'A customer'}</bdi> {where(alarm)}.
          </MessageBarBody>
          <MessageBarActions>
            <Button
              size="small"
              onClick={() => {
                answer(alarm);
                onOpen(alarm.conversationId);
              }}
            >
              {alarm.conversationId === selected ? 'Seen' : 'Open'}
            </Button>
          </MessageBarActions>
        </MessageBar>
      ))}
      {count > most && (
        <MessageBar intent="error">
          <MessageBarBody>And {count - most} more.</MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
