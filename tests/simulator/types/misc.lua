-- Transactions, keys, tags, tickets, events, and parts of answers that have no area of their own.
return {
  Provisioning_Version1_Transaction = {
    int = "elapsedSeconds guestId hardwareId id",
    date = "createDate modifyDate statusChangeDate",
    relations = [[
      account:Account guest:Virtual_Guest hardware:Hardware location:Location
      pendingTransactionsCount:int ticketScheduledActionReference:*Ticket
      transactionGroup:Provisioning_Version1_Transaction_Group
      +transactionStatus:Provisioning_Version1_Transaction_Status]],
  },
  Provisioning_Version1_Transaction_Group = { string = "averageTimeToComplete name" },
  Provisioning_Version1_Transaction_Status = {
    int = "id?",
    string = "averageDuration friendlyName name",
    relations = "nonCompletedTransactions:*Provisioning_Version1_Transaction",
  },
  Provisioning_Hook = {
    int = "accountId id typeId",
    string = "name uri",
    date = "createDate modifyDate",
    relations = "account:Account hookType:Provisioning_Hook_Type",
  },
  Provisioning_Hook_Type = { string = "description keyName name" },
  Metric_Tracking_Object = {
    int = "id resourceTableId",
    date = "startDate",
    relations = "type:Metric_Tracking_Object_Type",
  },
  Metric_Tracking_Object_Type = { string = "keyname name" },
  Metric_Tracking_Object_Data = { float = "counter", string = "type", date = "dateTime" },
  Network_Monitor_Version1_Query_Host = {
    int = "guestId hardwareId id queryTypeId responseActionId waitCycles",
    string = "arg1Value? hostId ipAddress status",
    relations = [[guest:Virtual_Guest hardware:Hardware lastResult:Network_Monitor_Version1_Query_Result
      queryType:Network_Monitor_Version1_Query_Type responseAction:Network_Monitor_Version1_Query_ResponseType]],
  },
  Network_Monitor_Version1_Query_ResponseType = { int = "id level", string = "actionDescription" },
  Network_Monitor_Version1_Query_Result = {
    int = "responseStatus",
    float = "responseTime",
    date = "finishTime",
    relations = "queryHost:Network_Monitor_Version1_Query_Host",
  },
  Network_Monitor_Version1_Query_Type = { int = "id monitorLevel", string = "argumentDescription description name" },
  Network_Monitor_Version1_Query_Host_Stratum = {
    int = "hardwareId? id monitorLevel responseLevel",
    relations = "hardware:Hardware",
  },
  Device_Status = { int = "id", string = "keyName name" },

  Security_Ssh_Key = {
    int = "id",
    string = "fingerprint key label notes",
    date = "createDate modifyDate",
    relations = [[account:Account
      blockDeviceTemplateGroups:*Virtual_Guest_Block_Device_Template_Group
      softwarePasswords:*Software_Component_Password]],
  },
  Tag = {
    int = "accountId id internal",
    string = "name",
    relations = "account:Account references:*Tag_Reference",
  },
  Tag_Reference = {
    int = "empRecordId id resourceTableId tagId tagTypeId usrRecordId",
    relations = [[customer:User_Customer +tag:Tag +tagType:Tag_Type]],
  },
  Tag_Type = { string = "description keyName" },

  Ticket = {
    int = [[accountId assignedUserId? billableFlag? groupId id locationId? priority?
      serverAdministrationBillingInvoiceId? serverAdministrationFlag? serverAdministrationRefundInvoiceId?
      serviceProviderId statusId subjectId totalUpdateCount]],
    string = "finalComments? lastEditType? serviceProviderResourceId? title",
    boolean = "changeOwnerFlag? notifyUserOnUpdateFlag?",
    date = "createDate lastEditDate lastResponseDate? modifyDate",
    relations = [[
      account:Account assignedUser:User_Customer attachedAdditionalEmails:*User_Customer_AdditionalEmail
      attachedFiles:*Ticket_Attachment_File attachedHardware:*Hardware attachedResources:*Ticket_Attachment
      attachedVirtualGuests:*Virtual_Guest awaitingUserResponseFlag:boolean
      cancellationRequest:Billing_Item_Cancellation_Request firstAttachedResource:Ticket_Attachment
      firstUpdate:Ticket_Update group:Ticket_Group lastActivity:Ticket_Activity lastEditor:User_Customer
      lastUpdate:Ticket_Update newUpdatesFlag:boolean status:Ticket_Status subject:Ticket_Subject
      tagReferences:*Tag_Reference updates:*Ticket_Update]],
  },
  Ticket_Activity = {
    int = "id ticketId",
    string = "editor value",
    date = "createDate",
    relations = "ticket:Ticket",
  },
  Ticket_Attachment = {
    int = "attachmentId id ticketId",
    date = "createDate",
    relations = "attachmentType:string ticket:Ticket",
  },
  Ticket_Attachment_File = {
    int = "id ticketId updateId uploaderId",
    string = "fileName fileSize uploaderType",
    date = "createDate modifyDate",
    relations = "ticket:Ticket update:Ticket_Update",
  },
  Ticket_Group = {
    int = "id",
    string = "name",
    relations = "category:Ticket_Group_Category ticketGroupCategoryId:int",
  },
  Ticket_Group_Category = { int = "id", string = "name" },
  Ticket_Priority = { int = "value", string = "name" },
  Ticket_Status = { int = "id", string = "name" },
  Ticket_Subject = {
    int = "categoryId id parentId",
    string = "name",
    relations = "category:Ticket_Subject_Category children:*Ticket_Subject group:Ticket_Group parent:Ticket_Subject",
  },
  Ticket_Subject_Category = { int = "id", string = "name" },
  Ticket_Update = {
    int = "editorId id ticketId",
    string = "editorType entry",
    date = "createDate",
    relations = "changeOwnerActivity:string editor:User_Customer fileAttachment:*Ticket_Attachment_File ticket:Ticket",
  },

  Container_Search_Result = {
    float = "relevanceScore",
    string = "resourceType",
    relations = "+matchedTerms:*string +resource:Entity",
  },
  Container_Search_ObjectType = { string = "name", relations = "+properties:*Container_Search_ObjectType_Property" },
  Container_Search_ObjectType_Property = { string = "name type", boolean = "sortableFlag" },
  Entity = {},

  Event_Log = {
    int = "accountId objectId userId",
    string = "eventName ipAddress label metaData objectName openIdConnectUserName? traceId userType username",
    date = "eventCreateDate",
    relations = "user:User_Customer",
  },
  Notification_Occurrence_Event = {
    int = "id systemTicketId",
    string = "subject summary",
    date = "endDate modifyDate startDate",
    relations = [[acknowledgedFlag:boolean impactedAccountCount:int impactedDeviceCount:int
      updates:*Notification_Occurrence_Update impactedResources:*Notification_Occurrence_Resource
      notificationOccurrenceEventType:Notification_Occurrence_Event_Type
      statusCode:Notification_Occurrence_Status_Code]],
  },
  Notification_Occurrence_Event_Type = { string = "keyName" },
  Notification_Occurrence_Resource = {
    boolean = "active",
    int = "resourceTableId",
    string = "filterLabel? hostname? privateIp? publicIp? resourceName resourceType?",
  },
  Notification_Occurrence_Update = { string = "contents", date = "createDate endDate startDate" },
  Notification_Occurrence_Status_Code = { string = "keyName name" },
}
