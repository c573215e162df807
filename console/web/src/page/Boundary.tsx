import { Button } from '@fluentui/react-components';
import { Component, type ReactNode } from 'react';

/** A part of the page that breaks says so and leaves the rest of the desk at work. */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div role="alert" style={{ padding: '32px 20px', textAlign: 'center' }}>
        <p>This part of the desk cannot be shown. The rest goes on.</p>
        <Button onClick={() => this.setState({ broken: false })}>Try again</Button>
      </div>
    );
  }
}
