/** SQL of what IDs say: an event and its deliveries have their first digits in common, the event's last four are 0. */
const COMMON_DIGITS = 28;

/** The digits that the IDs of an event and of its deliveries have in common. */
export const toEventDigits = (id: string): string => `substr(${id}, 1, ${COMMON_DIGITS})`;
/** The ID of a delivery's event. */
export const toEventId = (id: string): string => `${toEventDigits(id)} || '0000'`;
/** No delivery of the event has a greater ID. */
export const toLastDeliveryId = (id: string): string => `${toEventDigits(id)} || 'ffff'`;
