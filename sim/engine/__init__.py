"""Time, chance and queues; this storey knows no business."""
