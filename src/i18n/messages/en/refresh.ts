export const refresh = {
  title: 'Refresh',
  last: 'Last equal to the server',
  state: 'State',
  next: 'Next',
  idle: 'Idle',
  comparing: 'Comparing with the server…',
  loading: 'Loading {{loaded}} of {{total}} rows',
  failed: 'Failed: the server did not answer. It will be tried again by itself.',
}
