import { notifications } from "@mantine/notifications";
import i18next from "i18next";

// It is said outside of pages, so its texts are those of the moment.
const shown = () => ({ withBorder: true, closeButtonProps: { "aria-label": i18next.t("close", { ns: "ui" }) } });

/** Says in the corner that something was done; with `undo` it can be taken back. */
export function told(message: string) {
  notifications.show({ message, autoClose: 5000, ...shown() });
}

/** Says in the corner that something could not be done; stays until it is closed. */
export function refused(title: string, message: string) {
  notifications.show({ title, message, color: "red", autoClose: false, ...shown() });
}
