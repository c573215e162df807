import { Badge, makeStyles, tokens } from '@fluentui/react-components';
import { calendarDay } from '../../../live/time.ts';
import type { CaseItem, CrewItem, OrderItem } from '../../../types.ts';
import { sentence, statusName } from '../../../words.ts';
import { useWork } from '../api/work.ts';
import { caseName, crewName, crewResult, dollars } from '../words.ts';

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: '12px' },
  head: { display: 'flex', gap: '8px', alignItems: 'baseline', flexWrap: 'wrap' },
  small: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  crew: { listStyle: 'none', margin: '4px 0 0', padding: '0 0 0 12px', display: 'grid', gap: '4px' },
});

/** What the District does for the customer's account: orders, the crews' work, cases. */
export function WorkSection({ id, version }: { id: string; version: number }) {
  const styles = useStyles();
  const { work, failure } = useWork(id, version);
  if (failure) return <p role="alert">{failure}</p>;
  if (work === null) return <p>Reading…</p>;
  const { orders, cases } = work;
  if (orders.length + cases.length === 0) return <p>No orders and no cases.</p>;
  return (
    <ul className={styles.list}>
      {orders.map((order) => (
        <Order key={order.orderNumber} order={order} />
      ))}
      {cases.map((one) => (
        <Case key={one.caseNumber} item={one} />
      ))}
    </ul>
  );
}

function Order({ order }: { order: OrderItem }) {
  const styles = useStyles();
  const { orderNumber, kind, status, effectiveOn, window, fees, proofNeeded, crew } = order;
  return (
    <li>
      <div className={styles.head}>
        <strong>{sentence(kind)} of service</strong>
        <Badge size="small" appearance="tint" color={status === 'open' ? 'informative' : 'subtle'}>
          {statusName(status)}
        </Badge>
      </div>
      <div className={styles.small}>
        {calendarDay(effectiveOn)}
        {window ? `, ${window}` : ''} · {orderNumber}
      </div>
      {fees.length > 0 && (
        <div className={styles.small}>
          {fees.map(({ label, amount }) => `${sentence(label)} ${dollars(amount)}`).join(', ')}
        </div>
      )}
      {proofNeeded && (
        <div className={styles.small}>
          Waits for {proofNeeded.kinds.map(sentence).join(' or ').toLowerCase()}
        </div>
      )}
      <Crew crew={crew} />
    </li>
  );
}

function Case({ item }: { item: CaseItem }) {
  const styles = useStyles();
  const { caseNumber, category, status, priority, expectedAt, crew } = item;
  const isUrgent = status === 'open' && (priority === 'emergency' || priority === 'high');
  return (
    <li>
      <div className={styles.head}>
        <strong>{caseName(category)}</strong>
        <Badge size="small" appearance="tint" color={isUrgent ? 'danger' : 'subtle'}>
          {status === 'open' ? sentence(priority) : statusName(status)}
        </Badge>
      </div>
      <div className={styles.small}>
        {status === 'open' ? `Due ${calendarDay(expectedAt)} · ` : ''}
        {caseNumber}
      </div>
      <Crew crew={crew} />
    </li>
  );
}

function Crew({ crew }: { crew: CrewItem[] }) {
  const styles = useStyles();
  if (crew.length === 0) return null;
  return (
    <ul className={styles.crew} aria-label="Work of the crew">
      {crew.map((one) => (
        <li key={one.orderNumber} className={styles.small}>
          {crewName(one.type)}: {statusName(one.status).toLowerCase()}
          {one.scheduledOn ? `, ${calendarDay(one.scheduledOn)}` : ', as soon as possible'}
          {one.window ? `, ${one.window}` : ''} · {one.orderNumber}
          {one.result && <div>{crewResult(one.result)}</div>}
          {one.accessNotes && <div>Access: {one.accessNotes}</div>}
          {one.hazards.length > 0 && <div>Hazards: {one.hazards.join(', ')}</div>}
        </li>
      ))}
    </ul>
  );
}
