"""A payment provider's system (kho bạc, ngân hàng, cổng thanh toán) as an outside party would write it: provider.py."""
