import { CounterBadge, Input, makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../../../live/announce.tsx';
import { useLiveState } from '../../../live/liveContext.tsx';
import { useDistrictNow } from '../../../live/time.ts';
import type { Priority, QueueItem } from '../../../types.ts';
import { reasonName } from '../../../words.ts';
import { useFound, useMine } from '../api/queue.ts';
import { QueueList } from './QueueList.tsx';
import { fromConversation, fromQueue } from './row.ts';

const useStyles = makeStyles({
  pane: { display: 'flex', flexDirection: 'column', minHeight: 0, height: '100%' },
  tabs: { borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, padding: '0 4px' },
  count: { marginLeft: '6px' },
  search: { padding: '10px 12px', '& > *': { width: '100%' } },
});

export type QueueTab = 'waiting' | 'mine' | 'all';
type Props = {
  selected: string | null;
  tab: QueueTab;
  unread: Set<string>;
  onTab(tab: QueueTab): void;
  onOpen(conversationId: string): void;
};

/** The left pane: who waits, what is mine, and everything else by name. */
export function QueuePane({ selected, tab, unread, onTab, onOpen }: Props) {
  const styles = useStyles();
  const { queue } = useLiveState();
  const now = useDistrictNow();
  const mine = useMine();
  const [q, setQ] = useState('');
  useNewcomers(queue);

  return (
    <nav aria-label="Conversations" className={styles.pane}>
      <TabList
        className={styles.tabs}
        selectedValue={tab}
        onTabSelect={(_, data) => onTab(data.value as QueueTab)}
        size="small"
      >
        <Tab value="waiting">
          Waiting
          <CounterBadge
            className={styles.count}
            count={queue?.length ?? 0}
            size="small"
            showZero
            color="informative"
          />
        </Tab>
        <Tab value="mine">
          Mine
          <CounterBadge
            className={styles.count}
            count={mine.items?.length ?? 0}
            size="small"
            showZero
            color={unread.size > 0 ? 'brand' : 'informative'}
          />
        </Tab>
        <Tab value="all">All</Tab>
      </TabList>
      {tab === 'waiting' && (
        <QueueList
          rows={queue?.map((item) => fromQueue(item, now)) ?? null}
          empty="Nobody is waiting. New customers appear here by themselves."
          {...{ selected, unread, onOpen }}
        />
      )}
      {tab === 'mine' && (
        <QueueList
          rows={mine.items?.map((item) => fromConversation(item, now)) ?? null}
          failed={mine.failed}
          onRetry={mine.read}
          empty="You have no conversations. Take one from those who are waiting."
          {...{ selected, unread, onOpen }}
        />
      )}
      {tab === 'all' && (
        <>
          <div className={styles.search}>
            <Input
              type="search"
              size="small"
              aria-label="Search by name, account or conversation"
              placeholder="Name, account or conversation"
              value={q}
              onChange={(_, data) => setQ(data.value)}
            />
          </div>
          <Everything q={q} now={now} {...{ selected, unread, onOpen }} />
        </>
      )}
    </nav>
  );
}

function Everything({
  q,
  now,
  ...rest
}: { q: string; now: number } & Pick<Props, 'selected' | 'unread' | 'onOpen'>) {
  const settled = useSettled(q.trim());
  const { items, failed, read, more } = useFound(settled);
  return (
    <QueueList
      rows={items?.map((item) => fromConversation(item, now)) ?? null}
      failed={failed}
      onRetry={read}
      onMore={more}
      empty={
        settled
          ? more
            ? 'Nothing found among the newest conversations.'
            : 'Nothing found.'
          : 'No conversations yet.'
      }
      {...rest}
    />
  );
}

/** A search waits until typing pauses. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 250);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Tells a screen reader who has joined the line, or become more urgent in it, since the last change. */
function useNewcomers(queue: QueueItem[] | null): void {
  const known = useRef<Map<string, Priority> | null>(null);
  useEffect(() => {
    if (!queue) return;
    const before = known.current;
    known.current = new Map(queue.map((item) => [item.conversationId, item.priority]));
    const fresh = before ? queue.filter((item) => before.get(item.conversationId) !== item.priority) : [];
    const urgent = fresh.some((item) => item.priority === 'emergency') ? 'Emergency. ' : '';
    const [one] = fresh;
    if (one && fresh.length === 1)
      announce(
        `${urgent}${before?.has(one.conversationId) ? 'More urgent' : 'New in line'}: ${reasonName(one.reason)}`,
      );
    else if (fresh.length > 1) announce(`${urgent}${fresh.length} new in line`);
  }, [queue]);
}
