package api

// invoiceOperations are about documents, and the money received for them.
var invoiceOperations = []described{
	ListFormats, DownloadInvoiceSchema,
	ListInvoices, ShowInvoice, DownloadInvoice, ListInvoiceGaps, ListMonthGaps, CompareInvoice, CompareMonth,
	ApproveInvoices, IssueInvoices, PublishInvoices, UnpublishInvoices, MarkInvoicesSent,
	AcceptInvoice, VoidInvoice, WriteOffInvoice,
	DraftMonth, ShowNeeds, ExportMonth, DownloadExport, DownloadDocuments,
	ListMonthSettings, ChangeMonthSettings, RevertMonthSettings, DownloadGroupSettings,
	ListPayments, AddPayment, AllocatePayment, ReversePayment, ImportPayments,
	ListPrepaid, ListPrepaidBalances, PostPrepaid,
	ListReminders, RecordReminders, ListAgeing, ShowAccountStatement,
}
