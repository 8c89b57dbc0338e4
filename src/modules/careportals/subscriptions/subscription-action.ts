/** What can be done to a subscription: the names of the rules, and of the trail's trigger types. */
export enum SubscriptionAction {
  PAUSE = 'pause',
  RESUME = 'resume',
  CANCEL = 'cancel',
  REACTIVATE = 'reactivate',
  RESCHEDULE = 'reschedule',
  SKIP = 'skip',
  UNSKIP = 'unskip',
  SWAP_PRODUCT = 'swap_product',
  ADVANCE_CYCLE = 'advance_cycle',
  UNDO_SCHEDULED_CHANGE = 'undo_scheduled_change',
}

/** The enum's name for a stored action, as clients know it. */
export function actionName(stored: string): string {
  return stored.toUpperCase();
}
