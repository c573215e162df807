import {
  Badge,
  Button,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  tokens,
} from '@fluentui/react-components';
import { memo } from 'react';
import type { Row } from './row.ts';

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: '4px 0', overflowY: 'auto', flexGrow: 1, minHeight: 0 },
  // Rows out of sight are not laid out, so a thousand waiting cost no more than twenty.
  item: { contentVisibility: 'auto', containIntrinsicSize: 'auto 76px' },
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) auto',
    columnGap: '8px',
    rowGap: '2px',
    width: '100%',
    boxSizing: 'border-box',
    padding: '10px 12px 10px 13px',
    textAlign: 'left',
    font: 'inherit',
    color: tokens.colorNeutralForeground1,
    backgroundColor: 'transparent',
    border: 0,
    borderLeft: '3px solid transparent',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  selected: {
    backgroundColor: tokens.colorSubtleBackgroundSelected,
    borderLeftColor: tokens.colorBrandStroke1,
  },
  emergency: { borderLeftColor: tokens.colorStatusDangerBorder2 },
  name: { fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  wait: {
    justifySelf: 'end',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'nowrap',
  },
  badge: { justifySelf: 'end' },
  what: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  details: {
    gridColumn: '1 / -1',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  more: { padding: '12px', textAlign: 'center' },
  state: { padding: '32px 20px', textAlign: 'center', color: tokens.colorNeutralForeground2 },
  skeleton: { padding: '14px 16px', display: 'grid', gap: '14px' },
});

type Props = {
  rows: Row[] | null;
  failed?: boolean;
  onRetry?(): void;
  empty: string;
  selected: string | null;
  unread: Set<string>;
  onOpen(id: string): void;
  /** There is more, further back. */
  onMore?: (() => void) | undefined;
};

/** Loading, empty, failed, then rows. Arrow keys go from row to row. */
export function QueueList({ rows, failed, onRetry, empty, selected, unread, onOpen, onMore }: Props) {
  const styles = useStyles();
  if (failed && !rows)
    return (
      <div className={styles.state} role="alert">
        <p>The list could not be read.</p>
        <Button onClick={onRetry}>Try again</Button>
      </div>
    );
  if (!rows)
    return (
      <Skeleton className={styles.skeleton} aria-label="Loading conversations">
        {[1, 2, 3, 4].map((line) => (
          <SkeletonItem key={line} size={40} />
        ))}
      </Skeleton>
    );
  const more = onMore && <Button onClick={onMore}>Look further back</Button>;
  if (rows.length === 0)
    return (
      <div className={styles.state}>
        <p>{empty}</p>
        {more}
      </div>
    );
  return (
    <ul className={styles.list} onKeyDown={moveFocus} data-queue>
      {rows.map((row) => (
        <Line
          key={row.id}
          {...row}
          selected={row.id === selected}
          unread={unread.has(row.id)}
          onOpen={onOpen}
        />
      ))}
      {more && <li className={styles.more}>{more}</li>}
    </ul>
  );
}

const Line = memo(function Line({
  id,
  name,
  what,
  priority,
  wait,
  details,
  selected,
  unread,
  onOpen,
}: Row & { selected: boolean; unread: boolean; onOpen(id: string): void }) {
  const styles = useStyles();
  return (
    <li className={styles.item}>
      <button
        type="button"
        data-row
        className={mergeClasses(
          styles.row,
          selected && styles.selected,
          priority === 'emergency' && styles.emergency,
        )}
        aria-current={selected || undefined}
        onClick={() => onOpen(id)}
      >
        <bdi className={styles.name}>{name}</bdi>
        <span className={styles.wait}>
          {unread && (
            <Badge color="brand" size="small">
              new
            </Badge>
          )}{' '}
          {wait}
        </span>
        <span className={styles.what}>{what}</span>
        {priority === 'normal' ? (
          <span />
        ) : (
          <Badge
            className={styles.badge}
            color={priority === 'emergency' ? 'danger' : 'warning'}
            size="small"
            appearance="filled"
          >
            {priority === 'emergency' ? 'Emergency' : 'High'}
          </Badge>
        )}
        <span className={styles.details}>{details}</span>
      </button>
    </li>
  );
});

function moveFocus(event: React.KeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
  event.preventDefault();
}
