import { usePeriod } from "../period";
import { dayOf } from "./spend";

/** The last day of the chosen month, where it is not the newest one. */
export function useDay(): string | undefined {
  const { period, periods } = usePeriod();
  return dayOf(period, periods[0] ?? period, new Date().toISOString());
}
