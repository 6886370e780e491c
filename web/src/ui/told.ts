import { notifications } from "@mantine/notifications";

/** Says in the corner that something was done; with `undo` it can be taken back. */
export function told(message: string) {
  notifications.show({ message, autoClose: 5000, withBorder: true });
}

/** Says in the corner that something could not be done; stays until it is closed. */
export function refused(title: string, message: string) {
  notifications.show({ title, message, color: "red", autoClose: false, withBorder: true });
}
